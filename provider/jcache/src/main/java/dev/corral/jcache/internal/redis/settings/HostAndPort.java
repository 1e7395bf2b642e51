package dev.corral.jcache.internal.redis.settings;

/**
 * Where a server listens.
 *
 * @param host a name or an address, IPv6 without its brackets
 */
public record HostAndPort(String host, int port) {

  /** Refuses an empty host and a port outside of 1 to 65535. */
  public HostAndPort {
    if (host.isBlank()) {
      throw new IllegalArgumentException("A Redis address needs a host");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "The port of " + host + " must be between 1 and 65535, not " + port);
    }
  }

  /** An address out of {@code host}, {@code host:port}, {@code [ipv6]} or {@code [ipv6]:port}. */
  public static HostAndPort parse(String text, int defaultPort) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    if (text.startsWith("[") && end == 0) {
      throw new IllegalArgumentException("an IPv6 address lacks its closing ]");
    }
    if (end < 0 || end == text.length()) {
      return new HostAndPort(withoutBrackets(text), defaultPort);
    }
    if (text.charAt(end) != ':' || (text.indexOf(':', end + 1) >= 0)) {
      throw new IllegalArgumentException(
          "an address is host:port; an IPv6 address needs brackets, as in [::1]:6379");
    }
    try {
      int port = Integer.parseInt(text.substring(end + 1));
      return new HostAndPort(withoutBrackets(text.substring(0, end)), port);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("the port is not a number");
    }
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

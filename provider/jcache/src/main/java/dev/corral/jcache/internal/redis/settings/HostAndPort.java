package dev.corral.jcache.internal.redis.settings;

/**
 * The address of a server.
 *
 * @param host a host name or an IP address; an IPv6 address has no brackets
 * @param port 1 to 65535
 */
public record HostAndPort(String host, int port) {

  /**
   * Checks host and port.
   *
   * @throws IllegalArgumentException if the host is empty or the port is out of range
   */
  public HostAndPort {
    if (host.isBlank()) {
      throw new IllegalArgumentException("A Redis address needs a host");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "The port of " + host + " must be between 1 and 65535, not " + port);
    }
  }

  /**
   * Parses {@code host}, {@code host:port}, {@code [ipv6]} or {@code [ipv6]:port}.
   *
   * @param defaultPort the port if the text has none
   * @throws IllegalArgumentException if the text is not an address
   */
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
    } catch (NumberFormatException notShown) {
      // Neither the text nor the cause is shown: in a malformed URI it may be a password.
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

package dev.corral.jcache.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parsed Redis URI.
 *
 * <p>The forms are {@code redis://[user[:password]@]host[:port][/database]}, {@code
 * redis-cluster://h1:p1,h2:p2}, {@code redis-sentinel://[user[:password]@]master@h1,h2[/database]}
 * and {@code embedded:}. {@code rediss} in place of {@code redis} encrypts connections; {@code
 * valkey} and {@code valkeys} are synonyms. Query parameters set other settings of the block {@code
 * redis}.
 *
 * @param encrypted whether the scheme asks for TLS
 * @param addresses empty for {@code embedded:}
 * @param masterName null unless the topology is {@link Topology#SENTINEL}
 * @param settings the settings in the URI, by their names in the block {@code redis}
 */
record RedisUri(
    Topology topology,
    boolean encrypted,
    List<HostAndPort> addresses,
    @Nullable String masterName,
    Map<String, String> settings) {

  private static final String MISSING_HOST = "a host is missing, as in redis://localhost:6379";

  private static final int DEFAULT_PORT = 6379;
  private static final int DEFAULT_SENTINEL_PORT = 26_379;

  private static final Pattern SCHEME =
      Pattern.compile("(?i)(?:(?:redis|valkey)(s?)(-cluster|-sentinel)?|embedded):.*");

  private static final Pattern FORM =
      Pattern.compile("[^:]+:(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?");

  // These constants are parsed, so they follow the patterns.
  static final RedisUri EMBEDDED = parse("embedded:");
  static final RedisUri LOCALHOST = parse("redis://localhost:6379");

  RedisUri {
    addresses = List.copyOf(addresses);
    settings = Map.copyOf(settings);
  }

  /** Names the settings of the URI, never their values, which may be secrets. */
  @Override
  public String toString() {
    return "%s %s%s, settings %s"
        .formatted(topology, addresses, encrypted ? " by TLS" : "", settings.keySet());
  }

  /** Whether the scheme of a text is that of a Redis URI; the rest is not checked. */
  static boolean isRedis(String text) {
    return SCHEME.matcher(text).matches();
  }

  /**
   * Parses a Redis URI.
   *
   * @throws IllegalArgumentException if the text is not a Redis URI; the message has no password
   */
  static RedisUri parse(String text) {
    Matcher scheme = SCHEME.matcher(text);
    if (!scheme.matches()) {
      throw refused(
          text,
          "must start with redis://, rediss://, valkey://, valkeys://, redis-cluster://,"
              + " rediss-cluster://, redis-sentinel://, rediss-sentinel:// or embedded:");
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw refused(text, "must not have a fragment; write # in a password as %23");
    }
    try {
      Map<String, String> settings = parameters(form.group(3));
      String authority = form.group(1) == null ? "" : form.group(1);
      String path = form.group(2);
      if (text.toLowerCase(Locale.ROOT).startsWith("embedded:")) {
        return embedded(authority, path, settings);
      }
      boolean encrypted = "s".equalsIgnoreCase(scheme.group(1));
      String kind = scheme.group(2) == null ? "" : scheme.group(2).toLowerCase(Locale.ROOT);
      putDatabase(path, settings);
      return switch (kind) {
        case "-sentinel" -> sentinel(encrypted, authority, settings);
        case "-cluster" -> servers(Topology.CLUSTER, encrypted, authority, settings);
        default -> servers(Topology.SINGLE, encrypted, authority, settings);
      };
    } catch (IllegalArgumentException e) {
      throw refused(text, "is malformed: " + e.getMessage());
    }
  }

  private static RedisUri embedded(String authority, String path, Map<String, String> settings) {
    if (!authority.isEmpty() || !(path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException("nothing may follow embedded:/ except a ? and settings");
    }
    return new RedisUri(Topology.EMBEDDED, /* encrypted= */ false, List.of(), null, settings);
  }

  private static RedisUri sentinel(
      boolean encrypted, String authority, Map<String, String> settings) {
    int hosts = authority.lastIndexOf('@');
    String before = hosts < 0 ? "" : authority.substring(0, hosts);
    int user = before.lastIndexOf('@');
    if (user >= 0) {
      putLogin(before.substring(0, user), settings);
    }
    String masterName = decoded(before.substring(user + 1));
    if (masterName.isBlank()) {
      throw new IllegalArgumentException(
          "the master's name is missing, as in redis-sentinel://mymaster@host1,host2");
    }
    List<HostAndPort> addresses = addresses(authority.substring(hosts + 1), DEFAULT_SENTINEL_PORT);
    return new RedisUri(Topology.SENTINEL, encrypted, addresses, masterName, settings);
  }

  private static RedisUri servers(
      Topology topology, boolean encrypted, String authority, Map<String, String> settings) {
    int hosts = authority.lastIndexOf('@');
    if (hosts >= 0) {
      putLogin(authority.substring(0, hosts), settings);
    }
    List<HostAndPort> addresses = addresses(authority.substring(hosts + 1), DEFAULT_PORT);
    if (topology == Topology.SINGLE && addresses.size() > 1) {
      throw new IllegalArgumentException(
          "several servers require redis-cluster:// or redis-sentinel://");
    }
    return new RedisUri(topology, encrypted, addresses, null, settings);
  }

  private static List<HostAndPort> addresses(String list, int defaultPort) {
    List<HostAndPort> addresses = new ArrayList<>();
    for (String address : list.split(",", -1)) {
      if (address.isBlank()) {
        throw new IllegalArgumentException(MISSING_HOST);
      }
      addresses.add(HostAndPort.parse(decoded(address.strip()), defaultPort));
    }
    return addresses;
  }

  private static void putLogin(String login, Map<String, String> settings) {
    int colon = login.indexOf(':');
    String username = decoded(colon < 0 ? login : login.substring(0, colon));
    if (!username.isEmpty()) {
      settings.putIfAbsent("username", username);
    }
    if (colon >= 0 && colon < login.length() - 1) {
      settings.putIfAbsent("password", decoded(login.substring(colon + 1)));
    }
  }

  private static void putDatabase(String path, Map<String, String> settings) {
    if (path.isEmpty() || path.equals("/")) {
      return;
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(MISSING_HOST);
    }
    String database = path.substring(1);
    if (!database.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "the path must be the database's number, as in redis://localhost/2");
    }
    settings.putIfAbsent("database", database);
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return settings;
    }
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("a parameter must be name=value, as in ?timeout=2s");
      }
      String name = decoded(parameter.substring(0, equals));
      if (settings.put(name, decoded(parameter.substring(equals + 1))) != null) {
        throw new IllegalArgumentException("the parameter " + name + " occurs twice");
      }
    }
    return settings;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a % must be followed by two hexadecimal digits", e);
    }
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException("The Redis URI " + Secrets.maskedText(text) + " " + why);
  }
}

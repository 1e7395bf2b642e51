package dev.corral.jcache.internal.redis.settings;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings for tests: the defaults, except for the arguments. */
public final class RedisSettingsFixture {

  /** TLS with the trusted certificates of the JDK. */
  public static final Tls TLS = new Tls(true, null, null, null, null, true);

  private RedisSettingsFixture() {}

  /** An embedded server from the library. */
  public static RedisSettings embedded() {
    return embedded(null);
  }

  /** An embedded server of this program; null for the one in the library. */
  public static RedisSettings embedded(@Nullable Path program) {
    return new RedisSettings(
        new Servers(Topology.EMBEDDED, List.of(), null),
        0,
        Credentials.NONE,
        Tls.OFF,
        ClientOptions.DEFAULTS,
        program);
  }

  /** One server without TLS. */
  public static RedisSettings single(HostAndPort address, Credentials credentials) {
    return of(Servers.single(address), credentials, Tls.OFF);
  }

  /** Servers with the default options of the client, and the database 0. */
  public static RedisSettings of(Servers servers, Credentials credentials, Tls tls) {
    return new RedisSettings(servers, 0, credentials, tls, ClientOptions.DEFAULTS, null);
  }
}

package dev.corral.jcache.internal.redis.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a connection to Redis. Cache managers of one JVM with equal settings share a
 * client.
 *
 * @param database the number of the database, 0 by default; a cluster usually has only 0
 * @param credentials the login; {@link Credentials#NONE} for {@link Topology#EMBEDDED}, whose
 *     server gets a random password
 * @param embeddedServer the program to start for {@link Topology#EMBEDDED}; null for the one in the
 *     library {@code com.github.codemonstur:embedded-redis}
 */
public record RedisSettings(
    Servers servers,
    int database,
    Credentials credentials,
    Tls tls,
    ClientOptions client,
    @Nullable Path embeddedServer) {

  /**
   * Checks the number of the database.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public RedisSettings {
    if (database < 0) {
      throw new IllegalArgumentException(
          "corral.redis.database must be 0 or more, not " + database);
    }
  }

  /** These settings for the embedded server, once it has started at this address. */
  public RedisSettings connectedTo(HostAndPort server, Credentials login) {
    return new RedisSettings(
        Servers.single(server), database, login, Tls.OFF, client, embeddedServer);
  }
}

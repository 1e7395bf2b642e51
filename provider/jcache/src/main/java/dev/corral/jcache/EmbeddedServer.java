package dev.corral.jcache;

/**
 * The embedded server: a private Redis that this JVM started for its caches. Get it by {@code
 * cacheManager.unwrap(EmbeddedServer.class)} after the manager has created a cache, for example to
 * connect to it with another client. Immutable.
 *
 * @param host the loopback address
 * @param port the port on the host
 * @param password a random password, valid until the server stops
 */
public record EmbeddedServer(String host, int port, String password) {

  /** The URI with the password, for {@code redis-cli -u}. */
  public String uri() {
    return "redis://:%s@%s:%d".formatted(password, host, port);
  }

  /** The URI without the password. */
  @Override
  public String toString() {
    return "redis://" + host + ":" + port;
  }
}

package dev.corral.jcache;

/**
 * The private Redis server that this JVM started for its caches: {@code
 * cacheManager.unwrap(EmbeddedServer.class)}, once the manager has a cache. Its password is random
 * and goes with it, so this is how to look into it with another client.
 *
 * @param port on {@code host}, the loopback address
 */
public record EmbeddedServer(String host, int port, String password) {

  /** The address with the password in it, for {@code redis-cli -u}. */
  public String uri() {
    return "redis://:%s@%s:%d".formatted(password, host, port);
  }

  /** The address without the password. */
  @Override
  public String toString() {
    return "redis://" + host + ":" + port;
  }
}

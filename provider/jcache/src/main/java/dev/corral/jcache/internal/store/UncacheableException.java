package dev.corral.jcache.internal.store;

import java.io.Serial;
import javax.cache.CacheException;

/** A key or a value of the application cannot be stored; the message has the remedy. */
public final class UncacheableException extends CacheException {

  @Serial private static final long serialVersionUID = 1L;

  private final boolean isKey;

  UncacheableException(String cacheName, boolean isKey, CacheException cause) {
    super("cache '%s': %s".formatted(cacheName, cause.getMessage()), cause);
    this.isKey = isKey;
  }

  /** Whether it is the key, so that the cache cannot have an entry for it. */
  public boolean isKey() {
    return isKey;
  }
}

package dev.corral.jcache.internal.cache;

import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loaders, writers, policies and listeners that a cache made, and closes if they can be closed. */
public final class Customizations {

  private static final Logger log = LoggerFactory.getLogger(Customizations.class);

  private Customizations() {}

  /** Closes them all; one that fails is logged and does not keep the others from it. */
  public static void close(String cacheName, Collection<?> customizations) {
    for (Object customization : customizations) {
      if (customization instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          log.warn(
              "Cache '{}': {} failed to close", cacheName, customization.getClass().getName(), e);
        }
      }
    }
  }
}

package dev.corral.spring.boot;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.OutageStatistics;
import dev.corral.spring.CorralCacheManager;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Whether Redis is available for the open caches.
 *
 * @param status {@code UP}, {@code UNKNOWN} without open caches, or the configured status of an
 *     outage
 * @param details of each cache in an outage
 */
record CorralHealth(String status, Map<String, Object> details) {

  /** A key that no application has. */
  private static final String PROBE = "corral-health";

  /**
   * Checks the caches. Reads from one of them, so it may wait for {@code redis.timeout}.
   *
   * @param outageStatus the status during an outage
   */
  static CorralHealth of(CorralCacheManager manager, String outageStatus) {
    Map<String, Object> details = new LinkedHashMap<>();
    String status = "UNKNOWN";
    String error = null;
    boolean probed = false;
    for (CorralCache<?, ?> cache : manager.openCaches()) {
      if (!probed) {
        error = probe(cache);
        probed = true;
      }
      OutageStatistics outage = cache.outageStatistics();
      boolean isOut = outage.away() || error != null;
      if (isOut || !status.equals(outageStatus)) {
        status = isOut ? outageStatus : "UP";
      }
      if (outage.away()) {
        details.put(
            cache.getName(), Map.of("outage", true, "keysToRepair", outage.repairs().waiting()));
      }
      String problem = outage.configuration().current();
      if (problem != null) {
        status = outageStatus;
        details.put("configuration", problem);
      }
    }
    details.put("openCaches", manager.openCaches().size());
    if (error != null) {
      details.put("error", error);
    }
    return new CorralHealth(status, details);
  }

  /** Reads a missing key, which no statistics count; returns the failure, or null. */
  @SuppressWarnings("unchecked")
  private static @Nullable String probe(CorralCache<?, ?> cache) {
    try {
      var unused = ((CorralCache<Object, Object>) cache).containsKey(PROBE);
      return null;
    } catch (ClassCastException e) {
      return null; // the keys have another type
    } catch (CacheException e) {
      return e.getMessage();
    }
  }
}

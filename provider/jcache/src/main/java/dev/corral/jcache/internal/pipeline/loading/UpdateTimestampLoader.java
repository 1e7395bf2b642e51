package dev.corral.jcache.internal.pipeline.loading;

import java.util.HashMap;
import java.util.Map;
import javax.cache.integration.CacheLoader;

/**
 * The loader for Hibernate's region of update timestamps: when each table was last changed.
 *
 * <p>Hibernate takes a missing record for a table that was never changed, and trusts all cached
 * query results of the table. But a record may also be missing because Redis evicted it, or because
 * a change during an outage removed it. This loader says that the table was changed now, so older
 * query results are not used. Stateless.
 */
public final class UpdateTimestampLoader implements CacheLoader<Object, Object> {

  /** Hibernate counts up to 4,096 changes in each millisecond. */
  private static final int BITS_PER_MILLISECOND = 12;

  /** For the settings, which name this class. */
  public UpdateTimestampLoader() {}

  @Override
  public Object load(Object table) {
    return System.currentTimeMillis() << BITS_PER_MILLISECOND;
  }

  @Override
  public Map<Object, Object> loadAll(Iterable<? extends Object> tables) {
    Map<Object, Object> timestamps = new HashMap<>();
    tables.forEach(table -> timestamps.put(table, load(table)));
    return timestamps;
  }
}

package dev.corral.cdc;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a cache depend on the rows of a table. A table may have several mappings, and so
 * may a cache. All JVMs that follow the same log need the same mappings. Immutable.
 *
 * <p>The functions run in the thread that follows the log, so they must not block. If one fails, or
 * returns a key that the cache cannot store, the whole cache is cleared, and the failure is logged.
 *
 * <p>A key has to be equal to the one that the application uses, and of the same type: an {@code
 * Integer} is another key than a {@code Long}. A key that no entry has removes nothing, and that is
 * not noticed.
 */
public final class TableMapping {

  private final String table;
  private final CorralCache<Object, ?> cache;
  private final @Nullable Function<ChangedRow, ? extends Collection<?>> keys;

  @SuppressWarnings("unchecked") // the functions return keys of the cache
  private TableMapping(
      String table,
      Cache<?, ?> cache,
      @Nullable Function<ChangedRow, ? extends Collection<?>> keys) {
    this.table = Objects.requireNonNull(table, "table");
    this.cache = cache.unwrap(CorralCache.class);
    this.keys = keys;
    CorralConfiguration<?, ?> configuration =
        this.cache.getConfiguration(CorralConfiguration.class);
    if (configuration.isWriteThrough() && configuration.writeBehind().isPresent()) {
      throw new IllegalArgumentException(
          ("cache '%s' writes behind, so its queue has changes that are newer than the log of the"
                  + " database; use another cache for what others change")
              .formatted(cache.getName()));
    }
  }

  /**
   * Each row has one entry.
   *
   * @param table the name of the table as in SQL, such as {@code customer} or {@code
   *     sales.customer}
   * @param key the key of the entry of a row; null if there is none
   * @throws IllegalArgumentException if the cache writes behind, or is not one of Corral's
   */
  public static <K> TableMapping of(
      String table, Cache<K, ?> cache, Function<ChangedRow, ? extends @Nullable K> key) {
    Objects.requireNonNull(key, "key");
    return new TableMapping(
        table,
        cache,
        row -> {
          @Nullable K found = key.apply(row);
          return found == null ? List.<K>of() : List.of(found);
        });
  }

  /**
   * Each row has any number of entries.
   *
   * @param table as in {@link #of}
   * @param keys the keys of the entries of a row
   * @throws IllegalArgumentException if the cache writes behind, or is not one of Corral's
   */
  public static <K> TableMapping ofKeys(
      String table,
      Cache<K, ?> cache,
      Function<ChangedRow, ? extends Collection<? extends K>> keys) {
    return new TableMapping(table, cache, Objects.requireNonNull(keys, "keys"));
  }

  /**
   * Each change of a row concerns all entries, as for results of queries: the cache is cleared.
   *
   * @param table as in {@link #of}
   * @throws IllegalArgumentException if the cache writes behind, or is not one of Corral's
   */
  public static TableMapping ofAllEntries(String table, Cache<?, ?> cache) {
    return new TableMapping(table, cache, null);
  }

  /** The name of the table, as in SQL. */
  public String table() {
    return table;
  }

  CorralCache<Object, ?> cache() {
    return cache;
  }

  /** Whether each change clears the cache. */
  boolean concernsAllEntries() {
    return keys == null;
  }

  /** The keys of the entries of a row. */
  Collection<?> keys(ChangedRow row) {
    return keys == null ? List.of() : keys.apply(row);
  }

  /** The text of this mapping and its table in the set of what is followed. */
  String label(String identity) {
    return identity + labelEnd();
  }

  /** Whether a text is one of this mapping, for any table of the name. */
  boolean isLabeledBy(String label) {
    return label.endsWith(labelEnd());
  }

  private String labelEnd() {
    return " " + table + " " + cache.getName();
  }

  @Override
  public String toString() {
    return table + " → " + cache.getName();
  }
}

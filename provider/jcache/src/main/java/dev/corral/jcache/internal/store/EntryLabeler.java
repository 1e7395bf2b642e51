package dev.corral.jcache.internal.store;

import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.EntryTags;
import dev.corral.jcache.internal.entry.EntryOperation.NewValue;
import dev.corral.jcache.internal.store.tags.TagBytes;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The labels that the values of a cache get: tags from a function and from the options of an entry,
 * and details. Safe for many threads, as far as the function is.
 *
 * @param function null if only the options of entries give them tags
 * @param recordsTime whether the details of every value say when it was stored
 */
public record EntryLabeler<K, V>(
    String cacheName, @Nullable EntryTags<? super K, ? super V> function, boolean recordsTime) {

  private static final byte[] NO_BYTES = {};

  /** No value gets a label. */
  public static <K, V> EntryLabeler<K, V> none(String cacheName) {
    return new EntryLabeler<>(cacheName, null, false);
  }

  /** Whether values get labels that have no options of their own. */
  boolean labelsAll() {
    return function != null || recordsTime;
  }

  /**
   * The labels of an entry in their stored form; null for none.
   *
   * @param stored null if no value is stored
   * @throws CacheException if the function fails, or returns too many tags or none at all
   */
  @Nullable EntryLabels labelsOf(K key, @Nullable NewValue<V> stored) {
    V value = stored == null ? null : stored.value();
    if (stored == null || value == null) {
      return null;
    }
    EntryOptions options = stored.options() == null ? EntryOptions.DEFAULTS : stored.options();
    if (!labelsAll() && options.tags().isEmpty() && options.version() == null) {
      return null;
    }
    Set<String> tags = allTags(key, value, options.tags());
    return new EntryLabels(
        tags.isEmpty() ? NO_BYTES : TagBytes.ofAll(tags),
        StoredDetails.bytes(options, recordsTime));
  }

  /**
   * The tags of the function, and those of the options.
   *
   * @throws CacheException as {@link #labelsOf}
   */
  public Set<String> allTags(K key, V value, Set<String> ofOptions) {
    Set<String> tags = new LinkedHashSet<>(ofOptions);
    if (function != null) {
      tags.addAll(call(function, key, value));
    }
    if (tags.size() > EntryTags.MAX_TAGS) {
      throw new CacheException(
          "cache '%s': a value has %d tags, but at most %d are possible"
              .formatted(cacheName, tags.size(), EntryTags.MAX_TAGS));
    }
    return tags;
  }

  private Collection<String> call(EntryTags<? super K, ? super V> tagging, K key, V value) {
    Collection<String> tags;
    try {
      tags = tagging.tagsOf(key, value);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) { // functions in other languages throw checked exceptions, too
      throw new CacheException("cache '%s': the tags of a value failed".formatted(cacheName), e);
    }
    if (tags == null || tags.stream().anyMatch(tag -> tag == null)) {
      throw new CacheException(
          "cache '%s': the tags of a value are null; return an empty list instead"
              .formatted(cacheName));
    }
    return tags;
  }
}

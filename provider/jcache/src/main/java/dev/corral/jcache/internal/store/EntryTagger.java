package dev.corral.jcache.internal.store;

import dev.corral.jcache.EntryTags;
import dev.corral.jcache.internal.entry.EntryOperation.NewValue;
import dev.corral.jcache.internal.store.tags.TagBytes;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The tags that the values of a cache get. Safe for many threads, as far as the function is.
 *
 * @param function null if only the options of entries give them tags
 */
public record EntryTagger<K, V>(
    String cacheName, @Nullable EntryTags<? super K, ? super V> function) {

  private static final byte[] NONE = {};

  /** No value gets a tag. */
  public static <K, V> EntryTagger<K, V> none(String cacheName) {
    return new EntryTagger<>(cacheName, null);
  }

  /**
   * The tags of an entry in their stored form.
   *
   * @param stored null if no value is stored
   * @throws CacheException if the function fails, or returns too many tags or none at all
   */
  byte[] tagsOf(K key, @Nullable NewValue<V> stored) {
    if (stored == null || (function == null && stored.options().tags().isEmpty())) {
      return NONE;
    }
    Set<String> tags = new LinkedHashSet<>(stored.options().tags());
    if (function != null) {
      tags.addAll(call(function, key, stored.value()));
    }
    if (tags.size() > EntryTags.MAX_TAGS) {
      throw new CacheException(
          "cache '%s': a value has %d tags, but at most %d are possible"
              .formatted(cacheName, tags.size(), EntryTags.MAX_TAGS));
    }
    return tags.isEmpty() ? NONE : TagBytes.ofAll(tags);
  }

  private Collection<String> call(EntryTags<? super K, ? super V> tagging, K key, V value) {
    Collection<String> tags;
    try {
      tags = tagging.tagsOf(key, value);
    } catch (RuntimeException e) {
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

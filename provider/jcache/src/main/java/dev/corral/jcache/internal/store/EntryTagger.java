package dev.corral.jcache.internal.store;

import dev.corral.jcache.EntryTags;
import dev.corral.jcache.internal.store.tags.TagBytes;
import java.util.Collection;
import java.util.HashSet;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The tags that the values of a cache get. Safe for many threads, as far as the function is.
 *
 * @param function null if the cache has no tags
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
   * @param value null if no value is stored
   * @throws CacheException if the function fails, or returns too many tags or none at all
   */
  byte[] tagsOf(K key, @Nullable V value) {
    if (function == null || value == null) {
      return NONE;
    }
    Collection<String> tags;
    try {
      tags = function.tagsOf(key, value);
    } catch (RuntimeException e) {
      throw new CacheException("cache '%s': the tags of a value failed".formatted(cacheName), e);
    }
    if (tags == null || tags.stream().anyMatch(tag -> tag == null)) {
      throw new CacheException(
          "cache '%s': the tags of a value are null; return an empty list instead"
              .formatted(cacheName));
    }
    int number = new HashSet<>(tags).size();
    if (number > EntryTags.MAX_TAGS) {
      throw new CacheException(
          "cache '%s': a value has %d tags, but at most %d are possible"
              .formatted(cacheName, number, EntryTags.MAX_TAGS));
    }
    return number == 0 ? NONE : TagBytes.ofAll(tags);
  }
}

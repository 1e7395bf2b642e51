package dev.corral.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of one entry, for the methods of {@link CorralCache} that store it. Immutable; start
 * with {@link #DEFAULTS}. They belong to the value that is stored: a later one, also if it is
 * loaded, has its own.
 *
 * @param timeToLive how long the entry lives, instead of what the expiry policy says for a creation
 *     or an update; the jitter of the cache applies. An access or a later update changes it as the
 *     policy says, which may be: not at all. Null, the default: the expiry policy decides
 * @param tags in addition to those of the function in the configuration, see {@link EntryTags}; the
 *     cache need not have a function. Default: none
 * @param version of the value, such as an entity tag or a time: any text, which later loads of a
 *     {@link CorralCacheLoader} get, and which {@link CorralCache#metadata} returns. Default: null
 *     or empty, which is none
 */
public record EntryOptions(
    @Nullable Duration timeToLive, Set<String> tags, @Nullable String version)
    implements Serializable {

  /** The longest text of the tags and the version of one entry together, in bytes of UTF-8. */
  private static final int MAX_BYTES = 32_000;

  /** The expiry policy decides about the time to live, and the function about the tags. */
  public static final EntryOptions DEFAULTS = new EntryOptions(null, Set.of(), null);

  private static final Duration SHORTEST = Duration.ofMillis(1);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if the time to live is shorter than a millisecond, if there
   *     are more than {@link EntryTags#MAX_TAGS} tags, or if tags and version are longer than
   *     32,000 bytes
   * @throws NullPointerException if a tag is null
   */
  public EntryOptions {
    tags = Set.copyOf(tags);
    version = version != null && version.isEmpty() ? null : version;
    if (timeToLive != null && timeToLive.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "entry options: the time to live must be at least 1 ms, not %s; use remove to end an entry"
              .formatted(timeToLive));
    }
    if (tags.size() > EntryTags.MAX_TAGS) {
      throw new IllegalArgumentException(
          "entry options: %d tags, but at most %d are possible"
              .formatted(tags.size(), EntryTags.MAX_TAGS));
    }
    int bytes = version == null ? 0 : version.getBytes(UTF_8).length;
    for (String tag : tags) {
      bytes += tag.getBytes(UTF_8).length;
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "entry options: tags and version have %d bytes, but at most %d are possible"
              .formatted(bytes, MAX_BYTES));
    }
  }

  /**
   * These options with another time to live. An entry with more than a thousand years does not
   * expire.
   *
   * @param time at least a millisecond, or null for that of the expiry policy
   */
  public EntryOptions withTimeToLive(@Nullable Duration time) {
    return new EntryOptions(time, tags, version);
  }

  /**
   * These options with another version.
   *
   * @param text null for none
   */
  public EntryOptions withVersion(@Nullable String text) {
    return new EntryOptions(timeToLive, tags, text);
  }

  /** These options with other tags. */
  public EntryOptions withTags(String... all) {
    return withTags(Set.copyOf(Arrays.asList(all)));
  }

  /** These options with other tags. */
  public EntryOptions withTags(Set<String> all) {
    return new EntryOptions(timeToLive, all, version);
  }
}

package dev.corral.jcache.internal.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The known setting that an unknown name probably means: the word of another product, another
 * spelling, or the name of least edit distance.
 */
final class Suggestions {

  private static final int TYPO_DISTANCE = 2;

  /** Words of other products and of the standard, by the settings of a cache that they mean. */
  static final Map<String, String> CACHE_WORDS =
      words(
          "time-to-live: ttl expire expiry expires expiration expire-after expire-after-write"
              + " expire-after-create lifespan default-ttl entry-ttl time-to-live-seconds lifetime",
          "expiry.access: tti time-to-idle max-idle idle idle-timeout expire-after-access"
              + " max-idle-seconds sliding-expiration",
          "expiry.policy: expiry-policy expiry-policy-factory",
          "near-cache.max-entries: heap max-size maximum-size size local-size cache-size"
              + " near-cache.size near-cache.max-size near-cache.maximum-size near",
          "near-cache.max-bytes: heap-size max-memory near-cache.max-memory near-cache.memory",
          "loading.negative-time-to-live: null-ttl negative-ttl cache-nulls cache-null-values"
              + " loading.negative-ttl",
          "loading.early-refresh: refresh-ahead refresh-after-write xfetch beta prefetch"
              + " eager-refresh",
          "loading.grace: stale-while-revalidate loading.stale-while-revalidate",
          "loading.keep: stale-if-error fail-safe loading.stale-if-error",
          "loading.hard-timeout: load-timeout loader-timeout",
          "write-behind.enabled: write-back async-write write-behind.write-back",
          "write-behind.delay: write-delay write-delay-seconds write-behind.write-delay",
          "write-behind.batch-size: write-batch-size write-behind.write-batch-size",
          "loader: cache-loader cache-loader-factory loader-class loader-writer",
          "writer: cache-writer cache-writer-factory writer-class store",
          "listeners: listener cache-entry-listeners cache-listeners",
          "statistics: stats statistics-enabled record-stats metrics enable-statistics",
          "management: jmx management-enabled enable-management",
          "key-type: key key-class",
          "value-type: value value-class",
          "key-codecs: key-codec key-serializer",
          "allowed-classes: allow-list allowed whitelist trusted-packages classes",
          "value-codec: codec serializer value-serializer serialization values.codec",
          "json-type: value-codec.type values.json-type",
          "encryption.keys: encryption encryption-key encryption-keys values.encryption",
          "compress-above: compression compress compression-threshold",
          "buckets: partitions shards slots segments",
          "template: templates uses-template inherits extends");

  /** The same for the settings of the connection, without their block. */
  static final Map<String, String> REDIS_WORDS =
      words(
          "uri: url host hosts address addresses nodes server servers endpoint endpoints port ssl"
              + " tls use-ssl cluster sentinel",
          "username: user login",
          "password: pass pwd auth",
          "database: db index",
          "key-prefix: prefix namespace",
          "timeout: command-timeout read-timeout socket-timeout",
          "connect-timeout: connection-timeout",
          "pool-size: pool max-connections connection-pool-size max-active pool.size",
          "client-name: name application-name");

  private static final Map<String, String> BLOCK_WORDS =
      words(
          "defaults: default cache-defaults",
          "caches: cache regions region",
          "templates: template cache-template cache-templates",
          "redis: valkey redisson");

  private Suggestions() {}

  private static Map<String, String> words(String... lines) {
    return Stream.of(lines)
        .map(line -> line.split(": ", 2))
        .flatMap(line -> Stream.of(line[1].split(" ", -1)).map(word -> Map.entry(word, line[0])))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The end of a message about an unknown setting: the known name, or what names there are. */
  static String endOf(List<String> path, String prefix) {
    String suggested = suggest(path);
    return suggested == null
        ? "; " + known(path, prefix)
        : "; did you mean " + prefix + suggested + "?";
  }

  private static String known(List<String> path, String prefix) {
    String kind = path.get(0);
    if (!KnownSettings.BLOCKS.contains(kind)) {
      return "settings are in the blocks redis, embedded, defaults, templates and caches";
    }
    List<String> ofManager =
        Reference.OF_MANAGER.keySet().stream()
            .filter(it -> it.startsWith(kind + "."))
            .map(prefix::concat)
            .toList();
    if (!ofManager.isEmpty()) {
      return "the known names are " + String.join(", ", ofManager);
    }
    String last = path.get(path.size() - 1);
    List<String> ofBlock =
        Reference.OF_CACHE.keySet().stream().filter(it -> it.startsWith(last + ".")).toList();
    return ofBlock.isEmpty()
        ? "the settings of a cache are " + String.join(", ", Reference.OF_CACHE.keySet())
        : last + " is a block with the settings " + String.join(", ", ofBlock);
  }

  /** The full name that is most similar to a path; null if none is similar. */
  static @Nullable String suggest(List<String> path) {
    String kind = path.get(0);
    List<String> rest = path.subList(1, path.size());
    return switch (kind) {
      case "redis" ->
          rest.isEmpty() ? null : named("redis.", ofRedis(dashed(String.join(".", rest))));
      case KnownSettings.DEFAULTS ->
          rest.isEmpty() ? null : named("defaults.", ofCache(String.join(".", rest)));
      case KnownSettings.TEMPLATES, KnownSettings.CACHES -> ofNamedBlock(path);
      default -> ofUnknownBlock(path);
    };
  }

  private static @Nullable String named(String block, @Nullable String name) {
    return name == null ? null : block + name;
  }

  /** Tries every division into the name of the block and the name of the setting. */
  private static @Nullable String ofNamedBlock(List<String> path) {
    for (int i = 2; i < path.size(); i++) {
      String before = path.get(i - 1);
      if (i > 2
          && Reference.OF_CACHE.keySet().stream().anyMatch(it -> it.startsWith(before + "."))) {
        continue;
      }
      String name = ofCache(String.join(".", path.subList(i, path.size())));
      if (name != null) {
        return String.join(".", path.subList(0, i)) + "." + name;
      }
    }
    return null;
  }

  private static @Nullable String ofUnknownBlock(List<String> path) {
    String first = dashed(path.get(0));
    String block =
        BLOCK_WORDS.getOrDefault(
            first, nearest(first, KnownSettings.BLOCKS, TYPO_DISTANCE).orElse(""));
    if (!block.isEmpty()) {
      List<String> corrected = new ArrayList<>(path);
      corrected.set(0, block);
      return KnownSettings.find(corrected) != null
          ? String.join(".", corrected)
          : path.size() == 1 ? block : suggest(corrected);
    }
    if (path.size() == 1) {
      String ofCache = ofCache(path.get(0));
      return ofCache == null ? named("redis.", ofRedis(first)) : "defaults." + ofCache;
    }
    List<String> cache = new ArrayList<>(path);
    cache.add(0, KnownSettings.CACHES);
    return KnownSettings.find(cache) != null ? String.join(".", cache) : null;
  }

  private static @Nullable String ofRedis(String name) {
    String meant = REDIS_WORDS.get(name);
    return meant != null
        ? meant
        : nearest(
                name,
                Reference.OF_MANAGER.keySet().stream()
                    .filter(it -> it.startsWith("redis."))
                    .map(it -> it.substring("redis.".length()))
                    .toList(),
                Math.max(TYPO_DISTANCE, name.length() / 3))
            .orElse(null);
  }

  /** The setting of a cache that a name within its block means. */
  private static @Nullable String ofCache(String unknown) {
    String name = dashed(unknown);
    Collection<String> known = Reference.OF_CACHE.keySet();
    if (known.contains(name)) {
      return name;
    }
    String meant = CACHE_WORDS.get(name);
    if (meant != null) {
      return meant;
    }
    return known.stream()
        .filter(it -> it.endsWith("." + name))
        .findFirst()
        .or(() -> nearest(name, known, Math.max(TYPO_DISTANCE, name.length() / 4)))
        .orElse(null);
  }

  /** A name in camel case or with underscores in the form of settings. */
  private static String dashed(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The most similar known name within this edit distance; empty if there is none. */
  static Optional<String> nearest(String name, Collection<String> known, int maxDistance) {
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= maxDistance)
        .min(
            Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The edit distance (Levenshtein): insertions, deletions and substitutions of characters. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}

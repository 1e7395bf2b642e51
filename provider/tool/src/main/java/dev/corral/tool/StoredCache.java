package dev.corral.tool;

import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.ClassCodes;
import dev.corral.jcache.internal.codec.values.StoredValues;
import dev.corral.jcache.internal.config.CacheSettings;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.store.RawEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/** One cache in Redis, as any JVM sees it. */
final class StoredCache {

  private static final Pattern CODE = Pattern.compile("[0-9a-f]{1,15}|[0-7][0-9a-f]{15}");
  private static final Pattern BUCKETS = Pattern.compile("buckets=(\\d+)");

  private final Access access;
  private final String name;
  private final KeySpace keys;
  private final CacheSettings<Object, Object> settings;
  private @Nullable StoredValues values;

  private StoredCache(Access access, String name, int buckets) {
    this.access = access;
    this.name = name;
    this.keys = new KeySpace(access.prefix(), name, buckets);
    this.settings = access.settings().caches().resolveWithoutClasses(name);
  }

  /**
   * The cache of a name.
   *
   * @throws ToolException if Redis has no such cache
   */
  static StoredCache open(Access access, String name) {
    StoredCache cache = find(access, name);
    if (cache == null) {
      List<String> known = List.copyOf(access.cachesInRedis(Progress.of("caches", -1, false)));
      throw new ToolException(
          ToolException.NEGATIVE,
          "Redis has no cache '%s'%s. %s"
              .formatted(
                  name,
                  access.prefix().isEmpty()
                      ? " without a prefix"
                      : " with the prefix " + access.prefix(),
                  known.isEmpty()
                      ? "It has no cache with this prefix; see --prefix"
                      : "It has: " + String.join(", ", known)));
    }
    return cache;
  }

  /** The cache of a name; null if Redis has none. */
  static @Nullable StoredCache find(Access access, String name) {
    String layoutKey = new KeySpace(access.prefix(), name, 1).layout();
    String layout = Replies.textOrNull(access.nodes().call(layoutKey, "GET", layoutKey));
    if (layout == null) {
      return null;
    }
    Matcher buckets = BUCKETS.matcher(layout);
    return buckets.find()
        ? new StoredCache(access, name, Integer.parseInt(buckets.group(1)))
        : null;
  }

  Access access() {
    return access;
  }

  String name() {
    return name;
  }

  KeySpace keys() {
    return keys;
  }

  CacheSettings<Object, Object> settings() {
    return settings;
  }

  /** The canonical text of a key of the command line. */
  static String keyText(String key, boolean isString) {
    if (!isString) {
      return key;
    }
    return new KeyCodecs(List.of(), AllowList.of(List.of()), ClassLoader.getPlatformClassLoader())
        .encode(key);
  }

  /** The replies to commands that are sent together; all their keys are in one bucket. */
  List<@Nullable Object> callAll(int bucket, List<Object[]> commands) {
    return access.nodes().of(keys.generation(bucket)).callAll(commands);
  }

  /** The generation of a bucket; 0 if there is none, so that there is no entry. */
  long generation(int bucket) {
    String key = keys.generation(bucket);
    return generationOf(access.nodes().call(key, "GET", key));
  }

  static long generationOf(@Nullable Object reply) {
    byte[] bytes = Replies.bytes(reply);
    return bytes == null ? 0 : RawEntry.number(bytes);
  }

  /** The generations of all buckets. */
  long[] generations() {
    long[] all = new long[keys.buckets()];
    for (int bucket = 0; bucket < all.length; bucket++) {
      all[bucket] = generation(bucket);
    }
    return all;
  }

  /**
   * The value of stored bytes.
   *
   * @throws UndecodableValueException if it cannot be read
   */
  StoredValues.Value value(byte[] bytes, int offset) {
    if (values == null) {
      values =
          new StoredValues(
              access.prefix() + name, new Classes(), encryptionKeys(), new ObjectStreams());
    }
    return values.read(bytes, offset);
  }

  private @Nullable EncryptionKeys encryptionKeys() {
    Factory<EncryptionKeys> factory = settings.configuration().values().encryption();
    try {
      return factory == null ? null : factory.create();
    } catch (CacheException | IllegalArgumentException e) {
      throw new ToolException(ToolException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** The class table, read once. */
  private final class Classes implements ClassCodes {

    private @Nullable Map<Long, String> texts;

    @Override
    public boolean publish(long code, String text) {
      return false;
    }

    @Override
    public @Nullable String nameOf(long code) {
      if (texts == null) {
        texts = new HashMap<>();
        Map<String, String> fields =
            Replies.fields(access.nodes().call(keys.classes(), "HGETALL", keys.classes()));
        for (Map.Entry<String, String> field : fields.entrySet()) {
          // Another field is no class code.
          if (CODE.matcher(field.getKey()).matches()) {
            texts.put(Long.parseLong(field.getKey(), 16), field.getValue());
          }
        }
      }
      return texts.get(code);
    }
  }

  /** The names of the classes in the class table. */
  List<String> classNames() {
    List<String> names = new ArrayList<>();
    Replies.fields(access.nodes().call(keys.classes(), "HGETALL", keys.classes()))
        .values()
        .forEach(text -> names.add(text.split(" ", 2)[0]));
    return names.stream().distinct().sorted().toList();
  }
}

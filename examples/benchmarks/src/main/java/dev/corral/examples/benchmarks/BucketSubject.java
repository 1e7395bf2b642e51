package dev.corral.examples.benchmarks;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** Redisson's RBucket: plain GET and SET. */
record BucketSubject(String name, RedissonClient redisson) implements Subject {

  private static final String PREFIX = "bucket:";

  @Override
  public @Nullable String get(String key) {
    return redisson.<String>getBucket(PREFIX + key, StringCodec.INSTANCE).get();
  }

  @Override
  public void put(String key, String value) {
    redisson.<String>getBucket(PREFIX + key, StringCodec.INSTANCE).set(value);
  }

  @Override
  public Map<String, String> getAll(Set<String> keys) {
    String[] names = keys.stream().map(key -> PREFIX + key).toArray(String[]::new);
    return redisson.getBuckets(StringCodec.INSTANCE).get(names);
  }

  @Override
  public void putAll(Map<String, String> entries) {
    Map<String, String> prefixed = new HashMap<>();
    entries.forEach((key, value) -> prefixed.put(PREFIX + key, value));
    redisson.getBuckets(StringCodec.INSTANCE).set(prefixed);
  }

  @Override
  public boolean putIfAbsent(String key, String value) {
    return redisson.<String>getBucket(PREFIX + key, StringCodec.INSTANCE).setIfAbsent(value);
  }

  @Override
  public void close() {
    redisson.shutdown();
  }
}

package dev.corral.examples.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lettuce: one connection that all threads share, as its documentation advises. */
record LettuceSubject(
    String name, RedisClient client, StatefulRedisConnection<String, String> connection)
    implements Subject {

  private static final String PREFIX = "lettuce:";

  @Override
  public @Nullable String get(String key) {
    return connection.sync().get(PREFIX + key);
  }

  @Override
  public void put(String key, String value) {
    connection.sync().set(PREFIX + key, value);
  }

  @Override
  public Map<String, String> getAll(Set<String> keys) {
    Map<String, String> found = new HashMap<>();
    connection
        .sync()
        .mget(keys.stream().map(key -> PREFIX + key).toArray(String[]::new))
        .forEach(
            it -> it.ifHasValue(value -> found.put(it.getKey().substring(PREFIX.length()), value)));
    return found;
  }

  @Override
  public void putAll(Map<String, String> entries) {
    Map<String, String> prefixed = new HashMap<>();
    entries.forEach((key, value) -> prefixed.put(PREFIX + key, value));
    connection.sync().mset(prefixed);
  }

  @Override
  public boolean putIfAbsent(String key, String value) {
    return connection.sync().set(PREFIX + key, value, SetArgs.Builder.nx()) != null;
  }

  @Override
  public boolean isAsynchronous() {
    return true;
  }

  @Override
  @SuppressWarnings("NullAway") // Lettuce does not say that a missing key is null
  public CompletionStage<@Nullable String> getAsync(String key) {
    return connection.async().get(PREFIX + key);
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}

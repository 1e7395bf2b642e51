package dev.corral.jcache.behavior;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every script declares each key that it touches. While a slot moves between the nodes of a
 * cluster, Redis refuses a script before it runs only if it knows all its keys.
 */
class DeclaredKeysTest {

  private static final Pattern ARGUMENT = Pattern.compile("\"((?:[^\"\\\\]++|\\\\.)*+)\"");
  private static final Set<String> WITHOUT_KEYS = Set.of("TIME", "PUBLISH", "SPUBLISH");
  private static final Set<String> ALL_ARE_KEYS =
      Set.of("MGET", "UNLINK", "EXISTS", "DEL", "RENAME");
  private static final javax.cache.expiry.Duration SHORT =
      new javax.cache.expiry.Duration(MILLISECONDS, 100);

  private final OwnRedis redis = new OwnRedis();

  @AfterEach
  void close() {
    redis.close();
  }

  private static MutableConfiguration<String, String> standard(
      MutableConfiguration<String, String> configuration) {
    return configuration
        .setReadThrough(true)
        .setCacheLoaderFactory(new SingletonFactory<>(new Loader()))
        .setWriteThrough(true)
        .setCacheWriterFactory(new SingletonFactory<>(new RecordingWriter()));
  }

  @Test
  void scripts_ofAPlainCache_declareTheirKeys() {
    assertDeclared("plain", configuration -> {});
  }

  @Test
  void scripts_withTouchedExpiryLoaderAndWriter_declareTheirKeys() {
    assertDeclared(
        "touched",
        builder ->
            builder
                .loading(LoadOptions.DEFAULTS)
                .standard(
                    it ->
                        standard(it).setExpiryPolicyFactory(TouchedExpiryPolicy.factoryOf(SHORT))));
  }

  @Test
  void scripts_withListenersNearCacheAndQueue_declareTheirKeys() {
    assertDeclared(
        "full",
        builder ->
            builder
                .nearCache(NearCacheOptions.ofEntries(100))
                .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(50)))
                .standard(
                    it ->
                        standard(it)
                            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(SHORT))
                            .addCacheEntryListenerConfiguration(
                                new MutableCacheEntryListenerConfiguration<>(
                                    Listener::new, null, true, true))));
  }

  private void assertDeclared(
      String name, Consumer<CorralConfiguration.Builder<String, String>> options) {
    var builder = CorralConfiguration.builder(String.class, String.class);
    options.accept(builder);
    List<String> commands =
        RawRedis.commandsDuring(
            redis.server(),
            () -> {
              Cache<String, String> cache = redis.cache(name, builder.build());
              callEachMethod(cache);
              letEntriesExpire(cache);
            });
    Set<String> undeclared = new TreeSet<>();
    int scripts = 0;
    Set<String> declared = new HashSet<>();
    for (String command : commands) {
      List<String> words = words(command);
      if (command.contains(" lua] ")) {
        keysOf(words).stream()
            .filter(key -> !declared.contains(key))
            .forEach(key -> undeclared.add(words.get(0) + " " + key));
      } else if (words.get(0).startsWith("EVAL")) {
        declared.clear();
        declared.addAll(words.subList(3, 3 + Integer.parseInt(words.get(2))));
        scripts++;
      }
    }
    assertThat(scripts).isGreaterThan(10);
    assertThat(undeclared).isEmpty();
  }

  private static void callEachMethod(Cache<String, String> cache) {
    cache.put("a", "1");
    cache.get("a");
    cache.get("loaded");
    cache.getAll(Set.of("a", "b", "c"));
    cache.getAndPut("a", "2");
    cache.putAll(Map.of("a", "3", "b", "3"));
    cache.putIfAbsent("d", "1");
    cache.replace("a", "4");
    cache.replace("a", "4", "5");
    cache.getAndReplace("a", "6");
    cache.containsKey("a");
    cache.<String>invoke(
        "a",
        (entry, none) -> {
          entry.setValue(entry.getValue() + "+");
          return null;
        });
    cache.iterator().forEachRemaining(entry -> {});
    cache.remove("b");
    cache.remove("a", "no");
    cache.getAndRemove("a");
    cache.removeAll(Set.of("d"));
    cache.put("e", "1");
    cache.clear();
    cache.put("f", "1");
  }

  private static void letEntriesExpire(Cache<String, String> cache) {
    await().pollDelay(Duration.ofMillis(600)).until(() -> true);
    cache.put("last", "1");
  }

  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher argument = ARGUMENT.matcher(command);
    while (argument.find()) {
      words.add(argument.group(1));
    }
    return words;
  }

  /** The keys of a command that a script has called. */
  private static List<String> keysOf(List<String> words) {
    String command = words.get(0).toUpperCase(java.util.Locale.ROOT);
    if (WITHOUT_KEYS.contains(command)) {
      return List.of();
    }
    if (ALL_ARE_KEYS.contains(command)) {
      return words.subList(1, words.size());
    }
    if (command.equals("MSET")) {
      List<String> keys = new ArrayList<>();
      for (int i = 1; i < words.size(); i += 2) {
        keys.add(words.get(i));
      }
      return keys;
    }
    return List.of(words.get(1));
  }

  /** Has a value for one key. */
  private static final class Loader implements javax.cache.integration.CacheLoader<String, String> {

    @Override
    @SuppressWarnings("NullAway") // the specification allows null for a missing key
    public String load(String key) {
      return key.equals("loaded") ? "value" : null;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      return Map.of();
    }
  }

  /** Subscribes to all kinds of events. */
  private static final class Listener
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String>,
          CacheEntryRemovedListener<String, String>,
          CacheEntryExpiredListener<String, String> {

    @Override
    public void onCreated(
        Iterable<javax.cache.event.CacheEntryEvent<? extends String, ? extends String>> events) {}

    @Override
    public void onUpdated(
        Iterable<javax.cache.event.CacheEntryEvent<? extends String, ? extends String>> events) {}

    @Override
    public void onRemoved(
        Iterable<javax.cache.event.CacheEntryEvent<? extends String, ? extends String>> events) {}

    @Override
    public void onExpired(
        Iterable<javax.cache.event.CacheEntryEvent<? extends String, ? extends String>> events) {}
  }
}

package dev.corral.jcache.internal.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.ClassCodes;
import dev.corral.jcache.internal.codec.values.KryoValueCodec;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** The rules in Java and the rules in Lua, over the whole space of one entry's states. */
class StoreParityTest {

  private static final Duration LONG = new Duration(MINUTES, 5);
  private static final Duration SHORT = new Duration(MILLISECONDS, 25);

  private static final List<String> PRIORS = List.of("absent", "old", "other", "expired");

  private final AtomicLong clockMillis = new AtomicLong(1_000);
  private int number;

  /** An expiry of the cache, by name: constants, and the same answers of a policy that is asked. */
  private static Map<String, ExpiryPolicy> policies() {
    Map<String, ExpiryPolicy> policies = new LinkedHashMap<>();
    @Nullable Duration[] answers = {null, Duration.ETERNAL, LONG, Duration.ZERO};
    for (Duration creation : answers) {
      for (Duration update : answers) {
        for (Duration access : answers) {
          if (creation != null) {
            String name = creation + " " + update + " " + access;
            var constant = new ConstantExpiryPolicy(creation, update, access);
            policies.put(name, constant);
            policies.put("asked: " + name, new Asked(constant));
          }
        }
      }
    }
    return policies;
  }

  /** A class that is not known to be a constant. */
  private record Asked(ConstantExpiryPolicy answers) implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return answers.getExpiryForCreation();
    }

    @Override
    @SuppressWarnings("NullAway") // the interface knows no null, the specification does
    public Duration getExpiryForAccess() {
      return answers.getExpiryForAccess();
    }

    @Override
    @SuppressWarnings("NullAway") // the interface knows no null, the specification does
    public Duration getExpiryForUpdate() {
      return answers.getExpiryForUpdate();
    }
  }

  private static List<EntryOperation<String>> operations() {
    return List.of(
        EntryOperation.get(),
        EntryOperation.visit(),
        EntryOperation.contains(),
        EntryOperation.put("new"),
        EntryOperation.getAndPut("new"),
        EntryOperation.putIfAbsent("new"),
        EntryOperation.replace("new"),
        EntryOperation.getAndReplace("new"),
        EntryOperation.replace("old", "new"),
        EntryOperation.remove(),
        EntryOperation.remove("old"),
        EntryOperation.getAndRemove(),
        EntryOperation.peek(),
        new EntryOperation<>(
            EntryOperation.When.PRESENT, null, Then.REMOVE, Then.NOTHING, null, Set.of(), null),
        EntryOperation.processed(Then.NOTHING, null, /* loaded= */ false, null),
        EntryOperation.processed(Then.TOUCH, null, /* loaded= */ false, null),
        EntryOperation.processed(Then.PUT, "new", /* loaded= */ false, null),
        EntryOperation.processed(Then.PUT, "new", /* loaded= */ true, null),
        EntryOperation.processed(Then.REMOVE, null, /* loaded= */ false, null));
  }

  @Test
  void apply_everyOperationInEveryState_isTheSameInBoth() {
    compare("apply", (store, key, operation) -> Optional.of(store.apply(key, operation)));
  }

  @Test
  void applyAll_everyOperationInEveryState_isTheSameInBoth() {
    compare(
        "applyAll",
        (store, key, operation) ->
            operation.when() == EntryOperation.When.HOLDS
                ? Optional.empty() // the face has no such bulk operation
                : Optional.of(store.applyAll(List.of(key), List.of(operation)).get(0)));
  }

  @Test
  void applyIfUnchanged_everyOperationInEveryState_isTheSameInBoth() {
    compare(
        "unchanged",
        (store, key, operation) ->
            store.applyIfUnchanged(
                key, operation, store.observe(key), HeldLock.NOT_RELEASED_BY_COMMIT));
  }

  @Test
  void applyIfUnchanged_entryChanged_isTheSameInBoth() {
    compare(
        "changed",
        (store, key, operation) -> {
          Snapshot<String> seen = store.observe(key);
          store.apply(key, EntryOperation.put("changed"));
          return store.applyIfUnchanged(key, operation, seen, HeldLock.NOT_RELEASED_BY_COMMIT);
        });
  }

  private interface Step {
    Optional<Outcome<String>> run(
        EntryStore<String, String> store, String key, EntryOperation<String> operation);
  }

  private void compare(String name, Step step) {
    List<String> differences = new ArrayList<>();
    try (Redis redis = new Redis()) {
      String cache = "parity-" + name;
      EntryStore<String, String> setUp = redis.store(cache, constant(Duration.ETERNAL));
      EntryStore<String, String> brief = redis.store(cache, constant(SHORT));
      Map<String, String> priors = new HashMap<>();
      for (int i = 0; i < policies().size() * operations().size(); i++) {
        PRIORS.forEach(prior -> priors.put(prior + number++, prior));
      }
      prepare(setUp, brief, priors);
      number = 0;
      policies()
          .forEach(
              (policy, answers) -> {
                Expiry expiry = new Expiry(answers);
                EntryStore<String, String> ours = redis.store(cache, expiry);
                for (EntryOperation<String> operation : operations()) {
                  for (String prior : PRIORS) {
                    String key = prior + number++;
                    EntryStore<String, String> mine = inMemory(expiry, key, prior);
                    String expected = run(step, mine, mine, key, operation);
                    String actual = run(step, ours, setUp, key, operation);
                    if (!expected.equals(actual)) {
                      differences.add(
                          "%n%s on %s with %s%n  Java %s%n  Lua  %s"
                              .formatted(operation, prior, policy, expected, actual));
                    }
                  }
                }
              });
    }
    assertThat(number).isGreaterThan(7_000);
    assertThat(differences).isEmpty();
  }

  private static String run(
      Step step,
      EntryStore<String, String> store,
      EntryStore<String, String> observer,
      String key,
      EntryOperation<String> operation) {
    Optional<Outcome<String>> outcome = step.run(store, key, operation);
    boolean wants = operation.is(Trait.WANTS_VALUE);
    return outcome.map(it -> visible(it, wants)).orElse("changed by others")
        + ", then "
        + observer.observe(key).value();
  }

  /**
   * What a caller may rely on: the values are given to those who ask for them, and nobody asks a
   * plain put what was there before.
   */
  private static String visible(Outcome<String> outcome, boolean wantsValue) {
    EntryOperation<String> operation = outcome.operation();
    if (operation.when() == EntryOperation.When.ALWAYS
        && operation.then() == Then.PUT
        && outcome.stored()
        && !operation.is(Trait.WANTS_VALUE)) {
      return "stored";
    }
    return outcome.prior()
        + " "
        + outcome.effect()
        + (wantsValue ? " " + outcome.previous() + " → " + outcome.value() : "");
  }

  private static void prepare(
      EntryStore<String, String> setUp,
      EntryStore<String, String> brief,
      Map<String, String> priors) {
    List<String> expiring = keys(priors, "expired");
    brief.applyAll(expiring, puts(expiring, "old"));
    for (String value : List.of("old", "other")) {
      List<String> keys = keys(priors, value);
      setUp.applyAll(keys, puts(keys, value));
    }
    try {
      MILLISECONDS.sleep(2 * SHORT.getDurationAmount());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> keys(Map<String, String> priors, String prior) {
    return priors.entrySet().stream()
        .filter(it -> it.getValue().equals(prior))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<EntryOperation<String>> puts(List<String> keys, String value) {
    return keys.stream().map(key -> EntryOperation.put(value)).toList();
  }

  private EntryStore<String, String> inMemory(Expiry expiry, String key, String prior) {
    var store = new InMemoryEntryStore<String, String>(expiry, clockMillis::get);
    return switch (prior) {
      case "absent" -> store;
      case "expired" -> store.holding(key, "old", clockMillis.get());
      default -> store.holding(key, prior, Long.MAX_VALUE);
    };
  }

  private static Expiry constant(Duration creation) {
    return new Expiry(new ConstantExpiryPolicy(creation, null, null));
  }

  @Test
  void putIfAbsent_twoThreads_oneOfThemCreatesInBoth() throws Exception {
    try (Redis redis = new Redis()) {
      Expiry eternal = constant(Duration.ETERNAL);
      for (EntryStore<String, String> store :
          List.of(
              redis.store("threads", eternal),
              new InMemoryEntryStore<String, String>(eternal, clockMillis::get))) {
        Callable<Long> race =
            () -> {
              long created = 0;
              for (int i = 0; i < 300; i++) {
                created += store.apply("k" + i, EntryOperation.putIfAbsent("x")).stored() ? 1 : 0;
              }
              return created;
            };
        assertThat(together(race)).isEqualTo(300);
      }
    }
  }

  @Test
  void applyIfUnchanged_twoThreadsCount_noIncrementIsLostInEither() throws Exception {
    try (Redis redis = new Redis()) {
      Expiry eternal = constant(Duration.ETERNAL);
      for (EntryStore<String, String> store :
          List.of(
              redis.store("counting", eternal),
              new InMemoryEntryStore<String, String>(eternal, clockMillis::get))) {
        store.apply("n", EntryOperation.put("0"));
        Callable<Long> counting =
            () -> {
              for (int i = 0; i < 200; ) {
                Snapshot<String> seen = store.observe("n");
                String next = Integer.toString(Integer.parseInt(seen.value()) + 1);
                i +=
                    store
                            .applyIfUnchanged(
                                "n",
                                EntryOperation.put(next),
                                seen,
                                HeldLock.NOT_RELEASED_BY_COMMIT)
                            .isPresent()
                        ? 1
                        : 0;
              }
              return 0L;
            };
        together(counting);
        assertThat(store.observe("n").value()).isEqualTo("400");
      }
    }
  }

  private static long together(Callable<Long> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Long> first = threads.submit(task);
      Future<Long> second = threads.submit(task);
      return first.get() + second.get();
    } finally {
      threads.shutdownNow();
    }
  }

  /** The shared server, and stores on it as a manager would wire them. */
  private static final class Redis implements AutoCloseable {

    private final RedissonClient client = RedisUnderTest.client();
    private final RedisCommands commands =
        new RedisCommands(client, java.time.Duration.ofSeconds(5));
    private final AllowList allowed = AllowList.of(List.of(), String.class);
    private final ClassLoader loader = StoreParityTest.class.getClassLoader();
    private final List<String> caches = new ArrayList<>();
    private final ExecutorService background = Executors.newCachedThreadPool();

    EntryStore<String, String> store(String cache, Expiry expiry) {
      caches.add(cache);
      CacheContext context = context(cache);
      EntryCodec<String, String> codec =
          new EntryCodec<>(
              cache,
              new KeyCodecs(List.of(), allowed, loader),
              new KryoValueCodec(loader, allowed, ClassCodes.NONE));
      EntryCommands calls =
          new EntryCommands(
              context, "this-jvm", StoreOptions.PLAIN, new ServerClock(commands, cache));
      return new RedisEntryStore<>(
          calls,
          new EntryReads<>(
              context,
              codec,
              calls,
              new ServerClock(commands, context.keys().generation(0)),
              () -> false),
          codec,
          expiry,
          clearer(cache));
    }

    private CacheClearer clearer(String cache) {
      return new CacheClearer(context(cache), background);
    }

    private CacheContext context(String cache) {
      return new CacheContext(cache, new KeySpace("", cache, 1), commands);
    }

    @Override
    public void close() {
      caches.stream().distinct().forEach(cache -> clearer(cache).destroy());
      background.shutdown();
    }
  }
}

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** Compares the rules in Java with those in Lua, for every operation in every entry state. */
@Tag("baseline-jdk")
class StoreParityTest {

  private static final Duration LONG = new Duration(MINUTES, 5);
  private static final Duration SHORT = new Duration(MILLISECONDS, 25);

  private static final List<String> PRIORS = List.of("absent", "old", "other", "expired");

  private final AtomicLong clockMillis = new AtomicLong(1_000);
  private int number;

  /**
   * Expiry policies by name: constants, and policies that Corral must call, with the same results.
   */
  private static Map<String, ExpiryPolicy> policies() {
    Map<String, ExpiryPolicy> policies = new LinkedHashMap<>();
    @Nullable Duration[] durations = {null, Duration.ETERNAL, LONG, Duration.ZERO};
    for (Duration creation : durations) {
      for (Duration update : durations) {
        for (Duration access : durations) {
          if (creation != null) {
            String name = creation + " " + update + " " + access;
            var constant = new ConstantExpiryPolicy(creation, update, access);
            policies.put(name, constant);
            policies.put("called: " + name, new Called(constant));
          }
        }
      }
    }
    return policies;
  }

  /** A policy of a class that Corral does not know to be constant. */
  private record Called(ConstantExpiryPolicy constant) implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return constant.getExpiryForCreation();
    }

    @Override
    @SuppressWarnings("NullAway") // only the specification allows null
    public Duration getExpiryForAccess() {
      return constant.getExpiryForAccess();
    }

    @Override
    @SuppressWarnings("NullAway") // only the specification allows null
    public Duration getExpiryForUpdate() {
      return constant.getExpiryForUpdate();
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
  void apply_everyOperationInEveryState_hasTheSameOutcomeInBoth() {
    compare("apply", (store, key, operation) -> Optional.of(store.apply(key, operation)));
  }

  @Test
  void applyAll_everyOperationInEveryState_hasTheSameOutcomeInBoth() {
    compare(
        "applyAll",
        (store, key, operation) ->
            operation.when() == EntryOperation.When.HOLDS
                ? Optional.empty() // JCache has no such bulk operation
                : Optional.of(store.applyAll(List.of(key), List.of(operation)).get(0)));
  }

  @Test
  void applyIfUnchanged_everyOperationInEveryState_hasTheSameOutcomeInBoth() {
    compare(
        "unchanged",
        (store, key, operation) ->
            store.applyIfUnchanged(
                key, operation, store.observe(key), HeldLock.NOT_RELEASED_BY_COMMIT));
  }

  @Test
  void applyIfUnchanged_entryChanged_hasTheSameOutcomeInBoth() {
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
      EntryStore<String, String> shortLived = redis.store(cache, constant(SHORT));
      Map<String, String> priors = new HashMap<>();
      for (int i = 0; i < policies().size() * operations().size(); i++) {
        PRIORS.forEach(prior -> priors.put(prior + number++, prior));
      }
      prepare(setUp, shortLived, priors);
      number = 0;
      policies()
          .forEach(
              (policyName, policy) -> {
                Expiry expiry = new Expiry(policy);
                EntryStore<String, String> luaStore = redis.store(cache, expiry);
                for (EntryOperation<String> operation : operations()) {
                  for (String prior : PRIORS) {
                    String key = prior + number++;
                    EntryStore<String, String> javaStore = inMemory(expiry, key, prior);
                    String expected = run(step, javaStore, javaStore, key, operation);
                    String actual = run(step, luaStore, setUp, key, operation);
                    if (!expected.equals(actual)) {
                      differences.add(
                          "%n%s on %s with %s%n  Java %s%n  Lua  %s"
                              .formatted(operation, prior, policyName, expected, actual));
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
    boolean wantsValue = operation.is(Trait.WANTS_VALUE);
    return outcome.map(it -> visible(it, wantsValue)).orElse("changed by others")
        + ", then "
        + observer.observe(key).value();
  }

  /**
   * The part of an outcome that callers may use: it has values only if the operation wants them,
   * and a plain put does not report the prior state.
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
      EntryStore<String, String> shortLived,
      Map<String, String> priors) {
    List<String> expiring = keys(priors, "expired");
    shortLived.applyAll(expiring, puts(expiring, "old"));
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
      case "expired" -> store.withEntry(key, "old", clockMillis.get());
      default -> store.withEntry(key, prior, Long.MAX_VALUE);
    };
  }

  private static Expiry constant(Duration creation) {
    return new Expiry(new ConstantExpiryPolicy(creation, null, null));
  }

  @Test
  void putIfAbsent_twoThreads_createsEachEntryOnceInBoth() throws Exception {
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
        assertThat(inTwoThreads(race)).isEqualTo(300);
      }
    }
  }

  @Test
  void applyIfUnchanged_twoThreadsIncrement_losesNoIncrementInEither() throws Exception {
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
        inTwoThreads(counting);
        assertThat(store.observe("n").value()).isEqualTo("400");
      }
    }
  }

  private static long inTwoThreads(Callable<Long> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Long> first = threads.submit(task);
      Future<Long> second = threads.submit(task);
      return first.get() + second.get();
    } finally {
      threads.shutdownNow();
    }
  }

  /** The shared server, and stores on it, wired as a cache manager wires them. */
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
      EntryCommands entryCommands =
          new EntryCommands(
              context,
              "this-jvm",
              StoreOptions.PLAIN,
              new BucketClocks(context),
              new PendingReleases());
      return new RedisEntryStore<>(
          entryCommands,
          new EntryReads<>(
              context,
              codec,
              new DecodingFailures(cache),
              new ServerClock(commands, context.keys().generation(0)),
              () -> false),
          codec,
          expiry,
          EntryLabeler.none(cache));
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

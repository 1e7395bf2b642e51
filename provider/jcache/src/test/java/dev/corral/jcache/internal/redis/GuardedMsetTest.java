package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** What a script has not let pass is not put, whatever happens meanwhile. */
class GuardedMsetTest {

  private static final String OURS = "7";
  private static final String ANOTHER = "8";

  private final RedissonClient client = RedisUnderTest.client();
  private final CommandTransport sender = CommandTransport.over(client);
  private final String tag = "{guarded-" + UUID.randomUUID() + "}";
  private final String generation = tag + "!generation";
  private final String interests = tag + "!interests";
  private final String entry = tag + ":k";
  private final List<String> looked = List.of(generation, interests);

  private Optional<CompletableFuture<Boolean>> put(
      CommandTransport over, LuaScript check, List<String> names, String value) {
    return over.msetIf(
        check,
        looked,
        OURS,
        names.stream().map(name -> name.getBytes(UTF_8)).toList(),
        Collections.nCopies(names.size(), value.getBytes(UTF_8)));
  }

  /** Until it is known to hold. */
  private boolean puts(List<String> names, String value) {
    return await()
        .until(() -> put(sender, LuaScript.MAY_PUT, names, value), Optional::isPresent)
        .orElseThrow()
        .join();
  }

  private void set(String name, String value) {
    client.getBucket(name, StringCodec.INSTANCE).set(value);
  }

  private Object get(String name) {
    return client.getBucket(name, StringCodec.INSTANCE).get();
  }

  @Test
  void put_generationIsRightAndNobodyListens_putsAll() {
    set(generation, OURS);
    assertThat(puts(List.of(entry, tag + ":other"), "v")).isTrue();
    assertThat(get(entry)).isEqualTo("v");
    assertThat(get(tag + ":other")).isEqualTo("v");
    assertThat(get(generation)).isEqualTo(OURS);
  }

  @Test
  void put_anotherGeneration_putsNothing() {
    set(generation, ANOTHER);
    set(entry, "kept");
    assertThat(puts(List.of(entry), "v")).isFalse();
    assertThat(get(entry)).isEqualTo("kept");
    assertThat(get(generation)).isEqualTo(ANOTHER);
  }

  /** After a FLUSHALL; a new one begins at the server's clock. */
  @Test
  void put_noGeneration_putsNothingAndMakesOne() {
    assertThat(puts(List.of(entry), "v")).isFalse();
    assertThat(get(entry)).isNull();
    assertThat(Long.parseLong(String.valueOf(get(generation))))
        .isBetween(1_600_000_000_000_000L, 4_000_000_000_000_000L);
  }

  @Test
  void put_somebodyListens_putsNothing() {
    set(generation, OURS);
    client.getMap(interests, StringCodec.INSTANCE).put("created", "1");
    assertThat(puts(List.of(entry), "v")).isFalse();
    assertThat(get(entry)).isNull();
  }

  /** As if WATCH or MULTI meant nothing to whatever is between us and Redis. */
  @Test
  void put_refusalStopsNothing_isNeverTrusted() {
    set(generation, OURS);
    CommandTransport mistrusting = CommandTransport.over(client);
    for (int i = 0; i < 50; i++) {
      assertThat(put(mistrusting, LuaScript.CLOCK, List.of(entry), "v")).isEmpty();
      assertThat(get(generation)).isEqualTo(OURS);
    }
    assertThat(get(entry)).isNull();
  }

  @Test
  void put_overAWrappedClient_isNotPossible() {
    CommandTransport wrapped = CommandTransport.over(RedisUnderTest.wrapped(client));
    assertThat(put(wrapped, LuaScript.MAY_PUT, List.of(entry), "v")).isEmpty();
  }

  /** What connects only with its first command, and a Redis that is away until the second. */
  @Test
  void put_firstTrialFails_isTriedAgain() {
    try (RedisUnderTest server = RedisUnderTest.ownServer()) {
      server.stop();
      Config config = new Config().setPassword(server.credentials().password());
      config
          .setLazyInitialization(true)
          .setCodec(StringCodec.INSTANCE)
          .useSingleServer()
          .setRetryAttempts(0)
          .setAddress("redis://127.0.0.1:" + server.address().port());
      RedissonClient late = Redisson.create(config);
      try {
        CommandTransport lateSender = CommandTransport.over(late);
        assertThat(put(lateSender, LuaScript.MAY_PUT, List.of(entry), "v")).isEmpty();
        server.restart();
        await()
            .ignoreExceptions()
            .until(
                () -> put(lateSender, LuaScript.MAY_PUT, List.of(entry), "v"), Optional::isPresent);
      } finally {
        late.shutdown();
      }
    }
  }

  /** More than Redis reads at once, so that others have their turn in between. */
  @Test
  void put_generationChangesMeanwhile_neverPutsIntoTheOther() throws Exception {
    set(generation, OURS);
    List<String> entries = IntStream.range(0, 50).mapToObj(i -> entry + i).toList();
    String value = "v".repeat(4_000);
    assertThat(puts(entries, value)).isTrue();
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<long[]> counts =
        CompletableFuture.supplyAsync(
            () -> {
              long[] doneAndRefused = new long[2];
              while (!enough.get()) {
                boolean done = put(sender, LuaScript.MAY_PUT, entries, value).orElseThrow().join();
                doneAndRefused[done ? 0 : 1]++;
              }
              return doneAndRefused;
            });
    String change = "redis.call('UNLINK', KEYS[2]) redis.call('SET', KEYS[1], ARGV[1]) return 1";
    String look = "return redis.call('EXISTS', KEYS[2])";
    List<String> both = List.of(generation, entries.get(entries.size() - 1));
    long wrong = 0;
    for (int i = 0; i < 1_500; i++) {
      sender.eval(change, ReturnType.LONG, both, ANOTHER).join();
      wrong += sender.<Long>eval(look, ReturnType.LONG, both).join();
      wrong += sender.<Long>eval(look, ReturnType.LONG, both).join();
      sender.eval(change, ReturnType.LONG, both, OURS).join();
    }
    enough.set(true);
    assertThat(counts.get()[0]).isPositive();
    assertThat(counts.get()[1]).isPositive();
    assertThat(wrong).isZero();
  }
}

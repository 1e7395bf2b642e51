package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dead letters and entries that are changed one by one, by two operators, or without a reply. */
@Tag("baseline-jdk")
class DeadLettersTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @SuppressWarnings("NullAway.Init")
  private static TestRedis redis;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** Refuses all changes. */
  private static final class Refusing implements CacheWriter<Object, String> {

    @Override
    public void write(Cache.Entry<? extends Object, ? extends String> entry) {
      throw new CacheWriterException("row locked\n\u001b[2Jtry later");
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Object, ? extends String>> entries) {
      throw new CacheWriterException("row locked\n\u001b[2Jtry later");
    }

    @Override
    public void delete(Object key) {
      throw new CacheWriterException("row locked");
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      throw new CacheWriterException("row locked");
    }
  }

  /** A cache in Redis with these dead letters, which no JVM has open. */
  private static void deadLetters(String name, Object... keys) {
    Cache<Object, String> cache =
        redis
            .manager("")
            .createCache(
                name,
                CorralConfiguration.builder(Object.class, String.class)
                    .standard(
                        it ->
                            it.setWriteThrough(true)
                                .setCacheWriterFactory(
                                    (Factory<CacheWriter<Object, String>>) Refusing::new))
                    .writeBehind(
                        new WriteBehindOptions(
                            Duration.ofMillis(1),
                            100,
                            1_000,
                            /* maxAttempts= */ 1,
                            Duration.ofMillis(10),
                            Duration.ofMillis(10)))
                    .build());
    for (Object key : keys) {
      cache.put(key, "value of " + key);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> size(name, "dead") == keys.length);
    cache.close();
  }

  private static long size(String cache, String part) {
    try {
      return redis.call("HLEN", "{" + cache + "}!" + part) instanceof Long size ? size : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Run run(String command) {
    return runAt(redis.uri(), command);
  }

  private static Run runAt(String uri, String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.addAll(List.of("--uri", uri));
    return Run.of(words.toArray(String[]::new));
  }

  private static JsonNode json(Run run) {
    try {
      return JSON.readTree(run.out());
    } catch (IOException e) {
      throw new UncheckedIOException(run.err(), e);
    }
  }

  /** The same command by two operators at the same moment. */
  private static List<Run> twice(String command) throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<CompletableFuture<Run>> runs = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        runs.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    both.await(10, TimeUnit.SECONDS);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                  return run(command);
                },
                threads));
      }
      return List.of(runs.get(0).get(60, TimeUnit.SECONDS), runs.get(1).get(60, TimeUnit.SECONDS));
    } finally {
      threads.shutdownNow();
    }
  }

  private static Object[] numbers(int count) {
    Object[] keys = new Object[count];
    for (int i = 0; i < count; i++) {
      keys[i] = (long) i;
    }
    return keys;
  }

  @Test
  void replayAndDiscard_ofSomeKeys_leaveTheOthers() {
    deadLetters("some", 1L, 2L, "3", 4L);

    Run replay = run("dead-letters replay some 1");
    assertThat(replay.out()).isEqualTo("1 dead letters replayed\n");
    assertThat(replay.exitCode()).isZero();
    assertThat(size("some", "queue")).isEqualTo(1);
    assertThat(run("explain some 1").out()).contains("queued write").doesNotContain("dead letter");

    assertThat(run("dead-letters discard some 2").exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(size("some", "dead")).isEqualTo(3);
    Run discard = run("dead-letters discard some 2 --yes");
    assertThat(discard.out()).isEqualTo("1 dead letters discarded\n");

    Run string = run("dead-letters replay some 3 --string --json");
    assertThat(json(string).get("deadLetters").asInt()).isEqualTo(1);
    assertThat(run("dead-letters list some --json").out()).contains("\"4\"").doesNotContain("'3");
    assertThat(size("some", "queue")).isEqualTo(2);
  }

  @Test
  void replay_ofAKeyWithoutADeadLetter_saysSoAndReplaysTheOthers() {
    deadLetters("missing", 1L, 2L);

    Run run = run("dead-letters replay missing 9 1 1");

    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(run.out()).isEqualTo("1 dead letters replayed\n");
    assertThat(run.err()).contains("no dead letter").contains("9");
    assertThat(size("missing", "dead")).isEqualTo(1);
  }

  @Test
  void list_ofReasonsWithControlCharacters_keepsTheTable() {
    deadLetters("reasons", numbers(5));

    Run list = run("dead-letters list reasons --limit 3");

    assertThat(list.out().lines()).hasSize(4);
    assertThat(list.out()).doesNotContain("\u001b").contains("row locked\\n\\u001b[2Jtry later");
    assertThat(list.err()).contains("--limit");
    Run json = run("dead-letters list reasons --json");
    assertThat(json(json).get(0).get("reason").asText()).contains("row locked\n\u001b[2J");
  }

  @Test
  void replay_ofADamagedLetter_leavesItAndSaysSo() throws IOException {
    deadLetters("damaged", 1L);
    Object unused = redis.call("HSET", "{damaged}!dead", "2", "no letter");

    assertThat(run("dead-letters list damaged").err()).contains("damaged").contains("2");
    Run replay = run("dead-letters replay damaged");
    assertThat(replay.out()).isEqualTo("1 dead letters replayed\n");
    assertThat(replay.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(run("dead-letters discard damaged 2 --yes").exitCode()).isZero();
    assertThat(size("damaged", "dead")).isZero();
  }

  @Test
  void replay_byTwoOperators_queuesEachLetterOnce() throws Exception {
    deadLetters("twice", numbers(450));

    List<Run> runs = twice("dead-letters replay twice --json");

    assertThat(runs).allSatisfy(it -> assertThat(it.exitCode()).as(it.err()).isZero());
    assertThat(runs.stream().mapToInt(it -> json(it).get("deadLetters").asInt()).sum())
        .isEqualTo(450);
    assertThat(size("twice", "dead")).isZero();
    assertThat(size("twice", "queue")).isEqualTo(450);
  }

  /** HSCAN may repeat a key while another operator makes the hash smaller. */
  @Test
  void replay_ofAKeyThatOccursTwice_queuesItOnce() throws IOException {
    deadLetters("repeated", 1L, 2L);
    KeySpace keys = new KeySpace("", "repeated", 1);
    List<String> command = new ArrayList<>(List.of("EVAL", LuaScript.REPLAY_DEAD_LETTERS.text()));
    command.addAll(List.of(Integer.toString(1 + keys.queue(0).size()), keys.drainerLease(0)));
    command.addAll(keys.queue(0));
    command.addAll(List.of("1", "1", "2", "1"));

    assertThat(redis.call(command.toArray(String[]::new))).isEqualTo(2L);
    assertThat(size("repeated", "queue")).isEqualTo(2);
  }

  @Test
  void discard_byTwoOperators_countsEachLetterOnce() throws Exception {
    deadLetters("dropped", numbers(150));

    List<Run> runs = twice("dead-letters discard dropped --yes --json");

    assertThat(runs.stream().mapToInt(it -> json(it).get("deadLetters").asInt()).sum())
        .isEqualTo(150);
    assertThat(size("dropped", "dead")).isZero();
    assertThat(size("dropped", "queue")).isZero();
  }

  @Test
  void invalidateAndClear_byTwoOperators_agree() throws Exception {
    Cache<Long, String> cache =
        redis.manager("").createCache("shared", new MutableConfiguration<Long, String>());
    cache.put(1L, "one");
    for (long key = 2; key < 500; key++) {
      cache.put(key, "value");
    }

    List<Run> invalidations = twice("invalidate shared 1 --json");
    assertThat(invalidations.stream().map(it -> json(it).get(0).get("removed").asText()).toList())
        .containsExactlyInAnyOrder("value", "nothing");

    List<Run> clears = twice("clear shared --yes --json");
    assertThat(clears)
        .allSatisfy(it -> assertThat(json(it).get("removed").asBoolean()).as(it.err()).isTrue());
    assertThat(cache.iterator().hasNext()).isFalse();
    assertThat(run("keys shared --all").out()).isEqualTo("no keys\n");
  }

  /** Runs a command whose reply is lost, and then once more. */
  private static Run withoutReply(LuaScript script, String command) throws IOException {
    try (LostReply relay = new LostReply(redis.port(), script)) {
      Run lost = runAt("redis://:" + TestRedis.PASSWORD + "@127.0.0.1:" + relay.port(), command);
      assertThat(relay.isLost()).as("the reply is lost: " + lost.err()).isTrue();
      assertThat(lost.exitCode()).as(lost.err()).isEqualTo(ToolException.UNAVAILABLE);
      assertThat(lost.out()).isEmpty();
      assertThat(lost.err()).contains("safe to repeat").doesNotContain(TestRedis.PASSWORD);
    }
    return run(command);
  }

  @Test
  void changes_whoseReplyIsLost_areReportedAndCanBeRepeated() throws IOException {
    deadLetters("lost", 1L, 2L, 3L);
    Cache<Long, String> entries =
        redis.manager("").createCache("entries", new MutableConfiguration<Long, String>());
    entries.put(1L, "one");
    entries.put(2L, "two");
    // Redis knows the scripts, so they run at the first try.
    assertThat(run("dead-letters replay lost 1").exitCode()).isZero();
    assertThat(run("invalidate entries 1").exitCode()).isZero();
    assertThat(run("clear entries --yes").exitCode()).isZero();
    entries.put(2L, "two");

    Run replay = withoutReply(LuaScript.REPLAY_DEAD_LETTERS, "dead-letters replay lost 2");
    assertThat(replay.out()).startsWith("0 dead letters");
    assertThat(size("lost", "queue")).isEqualTo(2);
    Run discard = withoutReply(LuaScript.REPLAY_DEAD_LETTERS, "dead-letters discard lost --yes");
    assertThat(discard.out()).startsWith("0 dead letters");
    assertThat(size("lost", "dead")).isZero();
    assertThat(size("lost", "queue")).isEqualTo(2);

    Run invalidate = withoutReply(LuaScript.APPLY, "invalidate entries 2");
    assertThat(invalidate.out()).containsPattern("2 +nothing");
    entries.put(3L, "three");
    Run clear = withoutReply(LuaScript.CLEAR, "clear entries --yes");
    assertThat(clear.exitCode()).isZero();
    assertThat(entries.containsKey(3L)).isFalse();
  }
}

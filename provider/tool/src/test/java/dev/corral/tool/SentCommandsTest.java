package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralConfiguration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;

/** Every command of the tool, recorded by MONITOR, is one that ends at once. */
class SentCommandsTest {

  /** Commands that read, and end at once, or after one page. */
  private static final Set<String> READING =
      Set.of(
          "auth",
          "hello",
          "ping",
          "info",
          "time",
          "dbsize",
          "scan",
          "hscan",
          "get",
          "mget",
          "getrange",
          "type",
          "exists",
          "pttl",
          "hget",
          "hgetall",
          "hmget",
          "hlen",
          "zscore",
          "zrange",
          "zcount",
          "memory",
          "eval",
          "evalsha",
          "select",
          "client");

  /** What the commands that change something send in addition. */
  private static final Set<String> CHANGING =
      Set.of(
          "set", "unlink", "del", "hdel", "hset", "zadd", "zrem", "hincrby", "pexpire", "rename",
          "publish", "script");

  private static List<String> recorded(TestRedis redis, String... arguments) throws IOException {
    try (TestRedis.Connection monitor = redis.connect();
        TestRedis.Connection marker = redis.connect()) {
      assertThat(monitor.call("MONITOR")).isEqualTo("OK");
      List<String> all = new ArrayList<>(List.of(arguments));
      all.addAll(List.of("--uri", redis.uri()));
      Run run = Run.of(all.toArray(String[]::new));
      assertThat(run.exitCode()).as(run.out() + run.err()).isIn(0, 1);
      Object unused = marker.call("ECHO", "the-end");
      List<String> lines = new ArrayList<>();
      for (String line = text(monitor); !line.contains("the-end"); line = text(monitor)) {
        lines.add(line);
      }
      return lines;
    }
  }

  private static String text(TestRedis.Connection monitor) throws IOException {
    return String.valueOf(monitor.reply());
  }

  /** The name of the command in a line of MONITOR. */
  private static String command(String line) {
    return line.replaceFirst("^[^\\]]*\\] \"([^\"]*)\".*", "$1").toLowerCase(Locale.ROOT);
  }

  @Test
  void readingCommands_sendOnlyCommandsThatReadAndEndAtOnce() throws IOException {
    try (TestRedis redis = TestRedis.start()) {
      fill(redis);
      Set<String> sent = new TreeSet<>();
      for (String line :
          List.of(
              "doctor",
              "caches",
              "settings users",
              "stats --entries",
              "get users 1",
              "explain users 1",
              "keys users",
              "keys users --all",
              "hot users",
              "pending users",
              "dead-letters list users")) {
        List<String> lines = recorded(redis, line.split(" ", -1));
        lines.forEach(it -> sent.add(command(it)));
        assertThat(lines.stream().filter(it -> it.contains(" lua]")).map(SentCommandsTest::command))
            .as("scripts of " + line)
            .isSubsetOf(READING);
      }

      assertThat(sent).isSubsetOf(READING).contains("scan", "mget", "eval", "zscore");
    }
  }

  @Test
  void changingCommands_sendNoCommandThatBlocks() throws IOException {
    try (TestRedis redis = TestRedis.start()) {
      fill(redis);
      Set<String> sent = new TreeSet<>();
      for (String line :
          List.of(
              "invalidate users 1 2",
              "invalidate users --tag even",
              "clear users --yes",
              "dead-letters replay users",
              "dead-letters discard users --yes")) {
        recorded(redis, line.split(" ", -1)).forEach(it -> sent.add(command(it)));
      }

      Set<String> allowed = new TreeSet<>(READING);
      allowed.addAll(CHANGING);
      assertThat(sent).isSubsetOf(allowed);
    }
  }

  @Test
  void readingCommands_leaveTheKeysAsTheyAre() throws IOException {
    try (TestRedis redis = TestRedis.start("--enable-debug-command", "yes")) {
      fill(redis);
      String before = String.valueOf(redis.call("DEBUG", "DIGEST"));

      Run unused = Run.of("doctor", "--uri", redis.uri());
      Run unusedToo = Run.of("explain", "--uri", redis.uri(), "users", "99");
      Run missing = Run.of("get", "--uri", redis.uri(), "missing", "1");

      assertThat(missing.exitCode()).isEqualTo(ToolException.NEGATIVE);
      assertThat(redis.call("DEBUG", "DIGEST")).isEqualTo(before);
    }
  }

  private static void fill(TestRedis redis) {
    Cache<Long, String> users =
        redis
            .manager("")
            .createCache(
                "users",
                CorralConfiguration.builder(Long.class, String.class)
                    .tags(() -> (key, name) -> List.of(key % 2 == 0 ? "even" : "odd"))
                    .build());
    for (long key = 0; key < 300; key++) {
      users.put(key, "user " + key);
    }
    users.getCacheManager().close();
  }
}

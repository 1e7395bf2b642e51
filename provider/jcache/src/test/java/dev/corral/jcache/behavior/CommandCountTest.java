package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How many commands an operation sends, as Redis itself reports. */
class CommandCountTest {

  private static final Map<String, String> HUNDRED = hundred();

  private static OwnRedis redis;
  private static Cache<String, String> cache;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    cache = redis.cache("counted", String.class, String.class);
    warmUp();
  }

  /** Corral sends the text of a script to Redis with its first use. */
  private static void warmUp() {
    cache.remove("warm");
    cache.put("warm", "1");
    cache.get("warm");
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @Test
  void get_hitOrMiss_sendsOneMget() {
    assertThat(sent(() -> cache.get("warm"))).singleElement().asString().contains("\"MGET\"");
    assertThat(sent(() -> cache.get("cold"))).singleElement().asString().contains("\"MGET\"");
  }

  @Test
  void singleEntryOperation_standardPolicyAndNoListener_sendsOneScriptCall() {
    Map<String, Runnable> operations =
        Map.of(
            "put", () -> cache.put("a", "1"),
            "getAndPut", () -> cache.getAndPut("a", "2"),
            "putIfAbsent", () -> cache.putIfAbsent("b", "2"),
            "replace", () -> cache.replace("a", "3"),
            "replace if", () -> cache.replace("warm", "1", "1"),
            "containsKey", () -> cache.containsKey("a"),
            "remove", () -> cache.remove("never"),
            "getAndRemove", () -> cache.getAndRemove("never"));
    operations.forEach(
        (name, operation) ->
            assertThat(sent(operation)).as(name).singleElement().asString().contains("EVALSHA"));
  }

  @Test
  void bulkOperation_hundredKeys_sendsOneCommand() {
    cache.putAll(HUNDRED);
    assertThat(sent(() -> cache.putAll(HUNDRED))).hasSize(1);
    assertThat(sent(() -> cache.getAll(HUNDRED.keySet()))).hasSize(1);
    assertThat(sent(() -> cache.removeAll(HUNDRED.keySet()))).hasSize(1);
  }

  private static Map<String, String> hundred() {
    Map<String, String> hundred = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      hundred.put("bulk" + i, "x");
    }
    return hundred;
  }

  @Test
  void change_noListener_publishesNothing() {
    redis.raw().call("CONFIG", "RESETSTAT");
    for (int i = 0; i < 50; i++) {
      cache.put("quiet" + i, "1");
      cache.put("quiet" + i, "2");
      cache.remove("quiet" + i);
    }
    assertThat(redis.raw().calls("publish")).isZero();
    assertThat(redis.raw().calls("evalsha")).isEqualTo(150);
  }

  /** The commands of clients, without those of scripts and without Redisson's heartbeat. */
  private static List<String> sent(Runnable action) {
    return RawRedis.commandsDuring(redis.server(), action).stream()
        .filter(it -> !it.contains(" lua]") && !it.contains("\"PING\""))
        .toList();
  }
}

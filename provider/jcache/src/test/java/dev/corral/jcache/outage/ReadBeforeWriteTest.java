package dev.corral.jcache.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import dev.corral.jcache.near.SilentProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One JVM cannot reach Redis and puts 100 over 1 in the database. Another JVM, this one, still sees
 * the entry with 1, and changes it.
 */
@Tag("baseline-jdk")
class ReadBeforeWriteTest {

  private static final String[] KEYS = {
    "invoke", "read", "replace", "compare", "getAndReplace", "getAndPut", "remove", "getAndRemove"
  };

  private final OwnRedis redis = new OwnRedis();
  private SharedTable table;
  private SilentProxy relay;
  private ChildJvm cutOff;

  @BeforeEach
  void start() throws Exception {
    table = SharedTable.create();
    relay = new SilentProxy(redis.server().address().port());
    String uri =
        "redis://:%s@127.0.0.1:%d?timeout=300ms"
            .formatted(redis.server().credentials().password(), relay.port());
    List<String> arguments = new ArrayList<>(List.of(uri, table.url()));
    arguments.addAll(List.of(KEYS));
    cutOff = redis.start(CutOffWorker.class, arguments.toArray(String[]::new));
  }

  @AfterEach
  void close() throws Exception {
    relay.close();
    redis.close(); // and thereby the table
    table.close();
  }

  private Cache<String, Integer> open(boolean readBeforeWrite) {
    Cache<String, Integer> cache = redis.cache("numbers", table.configuration(readBeforeWrite));
    for (String key : KEYS) {
      cache.put(key, 1);
    }
    cutOff.await("ready");
    relay.block();
    cutOff.await("written");
    assertThat(List.of(KEYS))
        .allSatisfy(key -> assertThat(table.row(key)).isEqualTo(100))
        .allSatisfy(key -> assertThat(cache.get(key)).as("the stale entry").isEqualTo(1));
    return cache;
  }

  private static Integer increment(Cache<String, Integer> cache, String key) {
    return cache.invoke(
        key,
        (entry, none) -> {
          entry.setValue(entry.getValue() + 1);
          return entry.getValue();
        });
  }

  @Test
  void changes_withReadBeforeWrite_startFromTheDatabase() {
    Cache<String, Integer> cache = open(/* readBeforeWrite= */ true);

    assertThat(increment(cache, "invoke")).isEqualTo(101);
    assertThat(cache.<Integer>invoke("read", (entry, none) -> entry.getValue())).isEqualTo(100);
    assertThat(cache.replace("replace", 1, 2)).isFalse();
    assertThat(compareAndIncrement(cache, "compare")).as("attempts").isEqualTo(2);
    assertThat(cache.getAndReplace("getAndReplace", 2)).isEqualTo(100);
    assertThat(cache.getAndPut("getAndPut", 2)).isEqualTo(100);
    assertThat(cache.remove("remove", 1)).isFalse();
    assertThat(cache.remove("remove", 100)).isTrue();
    assertThat(cache.getAndRemove("getAndRemove")).isEqualTo(100);
    assertThat(cache.putIfAbsent("remove", 5)).isTrue();

    Function<String, Integer> rows = table::row;
    assertThat(List.of(KEYS)).extracting(rows).containsExactly(101, 100, 100, 101, 2, 2, 5, null);
    assertThat(List.of(KEYS))
        .extracting(cache::get)
        .as("no entry remains stale that was looked at")
        .containsExactly(101, 100, 100, 101, 2, 2, 5, null);
    relay.unblock();
    cutOff.await("back");
    assertThat(List.of(KEYS)).extracting(rows).containsExactly(101, 100, 100, 101, 2, 2, 5, null);
    assertThat(List.of(KEYS))
        .extracting(cache::get)
        .containsExactly(101, 100, 100, 101, 2, 2, 5, null);
  }

  /** The loop of a caller that reads, and replaces what it has read; returns its attempts. */
  private static int compareAndIncrement(Cache<String, Integer> cache, String key) {
    for (int attempt = 1; attempt < 10; attempt++) {
      Integer seen = cache.get(key);
      if (cache.replace(key, seen, seen + 1)) {
        return attempt;
      }
    }
    return -1;
  }

  /** What docs/outage.md says under limits. */
  @Test
  void invoke_withoutReadBeforeWrite_startsFromTheStaleEntry() {
    Cache<String, Integer> cache = open(/* readBeforeWrite= */ false);
    assertThat(increment(cache, "invoke")).isEqualTo(2);
    assertThat(table.row("invoke")).isEqualTo(2);
  }
}

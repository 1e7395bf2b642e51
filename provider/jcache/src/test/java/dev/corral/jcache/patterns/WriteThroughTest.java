package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.fixtures.OwnRedis;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cache and the database agree while several JVMs write, and after a failed write. */
@Tag("baseline-jdk")
class WriteThroughTest {

  private static final int ROUNDS = 50;

  @Test
  void mixedOperations_byFourJvms_everyCachedValueEqualsItsRow() throws Exception {
    try (Database database = new Database();
        Jvms jvms = new Jvms(4)) {
      String spec = "load=0,jdbc=" + database.url();
      jvms.open("mixed", spec);
      Cache<String, String> cache = jvms.withoutLoader("mixed");
      long start = System.nanoTime();
      long operations = 0;
      int compared = 0;
      for (int round = 0; round < ROUNDS; round++) {
        for (String done : jvms.runInAll("mix", "mixed", spec, 4, 300, round)) {
          operations += Long.parseLong(done);
        }
        Map<String, String> rows = database.rows();
        for (Cache.Entry<String, String> entry : cache) {
          assertThat(entry.getValue()).isEqualTo(rows.get(entry.getKey()));
          compared++;
        }
      }
      System.out.printf(
          "write-through: %d rounds, %,d operations by 16 threads of 4 JVMs on 6 keys, %d cached"
              + " values compared with their rows, %d ms%n",
          ROUNDS, operations, compared, Jvms.millisSince(start));
      assertThat(compared).isGreaterThan(ROUNDS);
    }
  }

  @Test
  void write_writerFails_keepsValueAndTimeToLive() throws SQLException {
    try (Database database = new Database();
        OwnRedis redis = new OwnRedis()) {
      String spec = "load=0,ttl=600000,jdbc=" + database.url();
      Cache<String, String> cache =
          redis.cache("failing", Spec.of(spec).configuration("failing", redis.uri()));
      cache.put("k", "old");
      redis.raw().call("SET", "test:refuse", "1");

      assertThatThrownBy(() -> cache.put("k", "new")).isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> cache.remove("k")).isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> cache.replace("k", "old", "new"))
          .isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> cache.putAll(Map.of("k", "new", "other", "new")))
          .isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> cache.removeAll(Set.of("k")))
          .isInstanceOf(CacheWriterException.class);
      assertThatThrownBy(() -> cache.put("none", "new")).isInstanceOf(CacheWriterException.class);

      assertThat(cache.get("k")).isEqualTo("old");
      assertThat(cache.containsKey("none")).isFalse();
      assertThat(cache.containsKey("other")).isFalse();
      assertThat(redis.raw().number("PTTL", "{failing}:k")).isBetween(590_000L, 600_000L);
      assertThat(redis.raw().number("EXISTS", "{failing}!writing:k")).isZero();
      assertThat(database.rows()).isEqualTo(Map.of("k", "old"));
    }
  }

  /** During a write nothing may prolong the entry, because the JVM of the writer may die. */
  @Test
  void refresh_duringAWrite_doesNotProlongTheEntry() throws Exception {
    try (Database database = new Database();
        OwnRedis redis = new OwnRedis()) {
      String spec = "load=50,ttl=600000,jdbc=" + database.url();
      Cache<String, String> cache =
          redis.cache("busy", Spec.of(spec).configuration("busy", redis.uri()));
      cache.put("k", "old");
      Thread writer = new Thread(() -> cache.put("k", CountingLoaderWriter.HANGING));
      writer.start();
      while (redis.raw().number("EXISTS", "test:written") == 0) {
        CountingLoaderWriter.sleep(5);
      }

      var done = new javax.cache.integration.CompletionListenerFuture();
      cache.loadAll(Set.of("k"), /* replaceExistingValues= */ true, done);
      done.get();

      assertThat(redis.raw().number("PTTL", "{busy}:k")).isBetween(1L, 10_000L);
      redis.raw().call("SET", "test:go", "1");
      writer.join();
      assertThat(cache.get("k")).isEqualTo(CountingLoaderWriter.HANGING);
      assertThat(redis.raw().number("PTTL", "{busy}:k")).isGreaterThan(590_000L);
    }
  }
}

package dev.corral.examples.hibernate.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.test.CorralTest;
import dev.corral.jcache.test.RedisControl;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Neither a value that cannot be cached nor an outage breaks what Hibernate does. */
@CorralTest(
    settings = {
      "defaults.template = hibernate",
      "redis.timeout = 2s",
      "redis.connect-timeout = 10s"
    })
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HibernateTemplateIT {

  private static final Part PART = new Part("a-1");
  private static final String TIMESTAMPS = "bookshop.default-update-timestamps-region";

  private final String database = "db" + UUID.randomUUID();
  private Warehouse warehouse;

  @BeforeEach
  void open(CacheManager manager) {
    warehouse = new Warehouse(manager, database);
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  private RefusalStatistics refusals() {
    CorralCache<?, ?> corral = warehouse.gadgets().unwrap(CorralCache.class);
    return corral.refusalStatistics();
  }

  @Test
  void commit_ofAValueThatCannotBeCached_succeeds_andIsCounted() {
    warehouse.add(1, "lamp", PART);
    assertThat(refusals().skipped()).as("after the insert").isEqualTo(1);

    assertThat(warehouse.statements(() -> assertThat(warehouse.find(1).part()).isEqualTo(PART)))
        .isEqualTo(1);
    assertThat(warehouse.statements(() -> warehouse.find(1))).isEqualTo(1);
    assertThat(refusals().skipped()).isEqualTo(3);
    assertThat(refusals().values()).isEqualTo(3);
    assertThat(refusals().classes()).containsExactly(Part.class.getName());
  }

  @Test
  void update_toAValueThatCannotBeCached_removesTheOldEntry() {
    warehouse.add(1, "lamp", null);
    assertThat(warehouse.statements(() -> warehouse.find(1))).as("cached").isZero();

    warehouse.change(session -> session.find(Gadget.class, 1L).replace(PART));
    assertThat(warehouse.find(1).part()).isEqualTo(PART);

    warehouse.change(session -> session.find(Gadget.class, 1L).replace(null));
    assertThat(warehouse.statements(() -> assertThat(warehouse.find(1).part()).isNull()))
        .as("cached again")
        .isZero();
  }

  @Test
  void read_andCommit_duringAnOutage_succeed(RedisControl redis) {
    warehouse.add(1, "lamp", null);
    warehouse.find(1);
    warehouse.names();

    redis.disconnect();
    warehouse.add(2, "chair", PART);
    warehouse.change(session -> session.find(Gadget.class, 1L).rename("lantern"));
    assertThat(warehouse.find(1).name()).isEqualTo("lantern");
    assertThat(warehouse.names()).containsExactly("lantern", "chair");

    redis.restore();
    assertThat(warehouse.find(1).name()).isEqualTo("lantern");
    assertThat(warehouse.names()).containsExactly("lantern", "chair");
  }

  @Test
  void query_afterAnOutageWithACommit_isNotAnsweredByAnOlderResult(RedisControl redis) {
    try (Warehouse other = new Warehouse(redis.newInstance().getCacheManager(), database)) {
      warehouse.add(1, "lamp", null);
      assertThat(warehouse.names()).containsExactly("lamp");
      assertThat(other.statements(() -> assertThat(other.names()).containsExactly("lamp")))
          .as("the result is cached")
          .isZero();

      redis.disconnect();
      warehouse.add(2, "chair", null);
      redis.restore();

      assertThat(warehouse.names()).containsExactly("lamp", "chair");
      assertThat(other.names()).containsExactly("lamp", "chair");
      other.names();
      assertThat(other.statements(other::names)).as("cached again").isZero();
    }
  }

  @Test
  void query_afterTheRecordOfTheUpdateWasLost_isNotAnsweredByAnOlderResult(CacheManager manager) {
    warehouse.add(1, "lamp", null);
    assertThat(warehouse.names()).containsExactly("lamp");
    warehouse.add(2, "chair", null);

    Cache<Object, Object> timestamps = manager.getCache(TIMESTAMPS);
    assertThat(timestamps).isNotEmpty();
    timestamps.clear(); // as if Redis had evicted them

    assertThat(warehouse.names()).containsExactly("lamp", "chair");
  }

  @Test
  void regions_expire_exceptForTheRecordsOfUpdates(CacheManager manager, RedisControl redis) {
    warehouse.add(1, "lamp", null);
    assertThat(warehouse.statements(() -> warehouse.find(1))).isZero();
    assertThat(settings(warehouse.gadgets()))
        .contains("time-to-live = 1h", "skip-uncacheable = true", "loader = none");
    assertThat(settings(manager.getCache("bookshop.default-query-results-region")))
        .contains("time-to-live = 1h", "skip-uncacheable = true", "loader = none");
    assertThat(settings(manager.getCache(TIMESTAMPS)))
        .contains("time-to-live = eternal", "near-cache.max-entries = 0", "read-through = true");

    redis.advanceExpiry(Duration.ofHours(1));
    assertThat(warehouse.statements(() -> warehouse.find(1))).isEqualTo(1);
    assertThat(manager.getCache(TIMESTAMPS)).isNotEmpty();
  }

  private static List<String> settings(Cache<?, ?> cache) {
    CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
    return corral.effectiveSettings().stream().map(it -> it.name() + " = " + it.value()).toList();
  }

  @Test
  void nativeQuery_ofScalars_isCachedForAllInstances(RedisControl redis) {
    warehouse.add(1, "lamp", PART);
    warehouse.add(2, "chair", null);
    String sql = "select id, name, price, since, sold, version from Gadget order by id";

    List<String> first = rows(warehouse, sql);
    assertThat(first)
        .containsExactly(
            "[1, lamp, 9.99, 2026-01-31, false, 0]", "[2, chair, 9.99, 2026-01-31, false, 0]");
    assertThat(warehouse.statements(() -> assertThat(rows(warehouse, sql)).isEqualTo(first)))
        .isZero();
    try (Warehouse other = new Warehouse(redis.newInstance().getCacheManager(), database)) {
      assertThat(other.statements(() -> assertThat(rows(other, sql)).isEqualTo(first))).isZero();
    }

    warehouse.add(3, "table", null);
    assertThat(rows(warehouse, sql)).hasSize(3);
  }

  private static List<String> rows(Warehouse warehouse, String sql) {
    return warehouse.read(
        session ->
            session
                .createNativeQuery(sql, Object[].class)
                .addSynchronizedEntityClass(Gadget.class)
                .setCacheable(true)
                .getResultList()
                .stream()
                .map(List::of)
                .map(String::valueOf)
                .toList());
  }

  /** In Hibernate 7, the type of the column part is none of its constants. */
  @Test
  void nativeQuery_withAColumnOfAnotherType_readsTheDatabase() {
    assumeThat(Version.getVersionString()).startsWith("7.");
    warehouse.add(1, "lamp", null);

    assertThat(entities()).containsExactly("lamp");
    assertThat(warehouse.statements(() -> assertThat(entities()).containsExactly("lamp")))
        .isEqualTo(1);
  }

  private List<String> entities() {
    return warehouse.read(
        session ->
            session
                .createNativeQuery("select * from Gadget order by id", Gadget.class)
                .setCacheable(true)
                .getResultList()
                .stream()
                .map(Gadget::name)
                .toList());
  }

  /** What the template is for. */
  @Test
  void commit_ofAValueThatCannotBeCached_withoutTheTemplate_fails(RedisControl redis) {
    Properties properties = new Properties();
    properties.setProperty("corral.caches.\"bookshop.*\".skip-uncacheable", "false");
    CacheManager strict = redis.newInstance().getCacheManager(null, null, properties);
    try (Warehouse other = new Warehouse(strict, database)) {
      assertThatThrownBy(() -> other.add(1, "lamp", PART))
          .hasStackTraceContaining(CacheException.class.getName())
          .hasMessageContaining(Part.class.getName() + " (value.disassembledState");
    }
  }
}

package dev.corral.jcache.internal.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.WritingBehind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The management bean of a write-behind cache, as a monitoring agent reads it. */
class CorralCacheBeanTest {

  private static final int BUCKETS = 4;
  private static final WriteBehindOptions LATE =
      WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(1));
  private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

  private static OwnRedis redis;

  private final WritingBehind behind = new WritingBehind();

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  private ObjectName bean() {
    try {
      return BEANS
          .queryNames(
              new ObjectName("dev.corral:type=CorralCache,Cache=" + behind.name + ",*"), null)
          .iterator()
          .next();
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Attribute> allAttributes(ObjectName bean) {
    try {
      String[] names =
          Stream.of(BEANS.getMBeanInfo(bean).getAttributes())
              .map(MBeanFeatureInfo::getName)
              .toArray(String[]::new);
      return BEANS.getAttributes(bean, names).asList();
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void getAttributes_all_asksEachBucketOnce() throws Exception {
    var cache = behind.open(redis.manager(), LATE, BUCKETS);
    for (int i = 0; i < 20; i++) {
      cache.put("k" + i, "v");
    }
    ObjectName bean = bean();
    List<Attribute> scraped = new ArrayList<>();

    List<String> commands =
        RawRedis.commandsDuring(redis.server(), () -> scraped.addAll(allAttributes(bean)));

    assertThat(scraped)
        .hasSameSizeAs(BEANS.getMBeanInfo(bean).getAttributes())
        .contains(new Attribute("QueueDepth", 20L), new Attribute("QueuedWrites", 20L));
    assertThat(commands).filteredOn(CorralCacheBeanTest::readsTheTotals).hasSize(BUCKETS);
  }

  /** Each run of {@code queue_status.lua} reads the totals of its bucket once. */
  private static boolean readsTheTotals(String command) {
    return command.contains(" lua]") && command.contains("\"queued\" \"coalesced\"");
  }

  @Test
  void getAttribute_afterAnOperationOfTheBean_isCurrent() throws Exception {
    var cache =
        behind.open(
            redis.manager(),
            LATE.withRetries(1, Duration.ofMillis(20), Duration.ofMillis(50)),
            BUCKETS);
    behind.database.poison.add("k");
    cache.put("k", "v");
    ObjectName bean = bean();
    assertThat(BEANS.getAttribute(bean, "QueueDepth")).isEqualTo(1L);

    assertThat(invoke(bean, "flush", 10_000L)).isEqualTo(true);

    assertThat(BEANS.getAttribute(bean, "QueueDepth")).isEqualTo(0L);
    assertThat(BEANS.getAttribute(bean, "DeadLetters")).isEqualTo(1L);
    assertThat(BEANS.invoke(bean, "discardDeadLetters", null, null)).isEqualTo(1);
    assertThat(BEANS.getAttribute(bean, "DeadLetters")).isEqualTo(0L);
  }

  private static Object invoke(ObjectName bean, String operation, long argument)
      throws JMException {
    return BEANS.invoke(bean, operation, new Object[] {argument}, new String[] {"long"});
  }
}

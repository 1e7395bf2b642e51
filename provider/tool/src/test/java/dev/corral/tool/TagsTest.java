package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tags of entries, as operators see and invalidate them. */
class TagsTest {

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

  private static Cache<Long, String> cache(String name) {
    return redis.manager("?key-prefix=shop:").createCache(name, configuration().build());
  }

  /** The values are the names of customers, and tags. */
  private static CorralConfiguration.Builder<Long, String> configuration() {
    return CorralConfiguration.builder(Long.class, String.class)
        .tags(() -> (id, customer) -> List.of("customer:" + customer, "all"));
  }

  private static Run run(String... arguments) {
    String[] all = new String[arguments.length + 4];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[all.length - 4] = "--uri";
    all[all.length - 3] = redis.uri();
    all[all.length - 2] = "--prefix";
    all[all.length - 1] = "shop:";
    return Run.of(all);
  }

  @Test
  void invalidate_tag_hidesItsEntriesFromAllJvmsAndNearCaches() {
    Cache<Long, String> orders =
        redis
            .manager("?key-prefix=shop:")
            .createCache(
                "orders", configuration().nearCache(NearCacheOptions.ofEntries(100)).build());
    orders.put(1L, "ann");
    orders.put(2L, "ann");
    orders.put(3L, "bob");
    orders.put(4L, "cid");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              String unused = orders.get(1L);
              return orders.unwrap(CorralCache.class).nearCacheStatistics().entries() > 0;
            });

    Run run = run("invalidate", "orders", "--tag", "customer:ann", "--tag", "customer:cid");

    Documented.assertShown("invalidate-tags", run);
    assertThat(run.exitCode()).isZero();
    await().atMost(Duration.ofSeconds(5)).until(() -> orders.get(1L) == null);
    assertThat(orders.get(2L)).isNull();
    assertThat(orders.get(3L)).isEqualTo("bob");
    assertThat(run("keys", "orders").out()).isEqualTo("3\n");
    assertThat(run("keys", "orders", "--all").out().lines())
        .containsExactlyInAnyOrder(
            "invalidated  1", "invalidated  2", "value  3", "invalidated  4");
    Run get = run("get", "orders", "1");
    assertThat(get.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(get.out() + get.err()).contains("invalidated");
    assertThat(run("get", "orders", "3").out()).isEqualTo("\"bob\"\n");
  }

  @Test
  void explain_invalidatedEntry_printsWhatThePageShows() {
    cache("invoices").put(1L, "ann");
    assertThat(run("invalidate", "invoices", "--tag", "all").exitCode()).isZero();

    Run run = run("explain", "invoices", "1");

    Documented.assertShown("explain-invalidated", run);
    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
  }

  @Test
  void explain_entryPutAfterTheInvalidation_isAHit() throws IOException {
    Cache<Long, String> bills = cache("bills");
    bills.put(1L, "ann");
    assertThat(run("explain", "bills", "1").out()).contains("none was invalidated since");
    JsonNode report =
        new ObjectMapper()
            .readTree(run("invalidate", "bills", "--tag", "all", "--tag", "all", "--json").out());
    assertThat(report.path("tags")).hasSize(1);
    assertThat(report.path("buckets").asInt()).isEqualTo(1);
    bills.put(1L, "ann");

    Run run = run("explain", "bills", "1");
    JsonNode tags =
        new ObjectMapper().readTree(run("explain", "bills", "1", "--json").out()).at("/entry/tags");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("a read gets a hit").contains("none was invalidated since");
    assertThat(tags.path("number").asInt()).isEqualTo(2);
    assertThat(tags.path("known").asText()).isNotEmpty();
    assertThat(tags.has("invalidated")).isFalse();
    assertThat(tags.path("forgotten").asBoolean()).isFalse();
  }

  @Test
  void explain_lostTable_saysThatAllEntriesWithTagsAreAbsent() throws IOException {
    Cache<Long, String> drafts = cache("drafts");
    drafts.put(1L, "ann");
    assertThat(redis.call("UNLINK", "{shop:drafts}!tagged")).isEqualTo(1L);

    Run run = run("explain", "drafts", "1");

    assertThat(run.out())
        .containsPattern("^invalidated +a read gets a miss")
        .contains("Redis does not know which were invalidated since");
    assertThat(redis.call("EXISTS", "{shop:drafts}!tagged")).isEqualTo(0L);
    assertThat(run("keys", "drafts").out()).isEqualTo("no keys\n");
    assertThat(drafts.get(1L)).isNull();
  }

  @Test
  void invalidate_keysAndTags_isAUsageError() {
    cache("both").put(1L, "ann");

    Run both = run("invalidate", "both", "1", "--tag", "all");
    Run neither = run("invalidate", "both");

    assertThat(List.of(both.exitCode(), neither.exitCode())).containsOnly(ToolException.USAGE);
    assertThat(both.err()).contains("not both");
    assertThat(run("keys", "both").out()).isEqualTo("1\n");
  }
}

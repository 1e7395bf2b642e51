package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;

/** The tool in a cluster, and with sentinels. */
class TopologyTest {

  private static final String[] OPTIONS = {
    "--cluster-enabled", "yes", "--cluster-node-timeout", "60000"
  };

  @Test
  void cluster_allCommands_reachTheNodesOfTheKeys() throws IOException {
    try (TestRedis first = TestRedis.start(OPTIONS);
        TestRedis second = TestRedis.start(OPTIONS);
        CorralCachingProvider provider = new CorralCachingProvider()) {
      join(first, second);
      String uri = "redis-cluster://:%s@127.0.0.1:%d".formatted(TestRedis.PASSWORD, second.port());
      Cache<Long, String> users =
          provider
              .getCacheManager(URI.create(uri), null)
              .createCache(
                  "users",
                  CorralConfiguration.builder(Long.class, String.class)
                      .tags(() -> (key, name) -> List.of(key % 2 == 0 ? "even" : "odd"))
                      .build());
      for (long key = 0; key < 100; key++) {
        users.put(key, "user " + key);
      }

      assertThat(Run.of("caches", "--uri", uri).out()).containsPattern("users +yes +no +64");
      assertThat(Run.of("keys", "--uri", uri, "users").out().lines()).hasSize(100);
      assertThat(Run.of("get", "--uri", uri, "users", "17").out()).isEqualTo("\"user 17\"\n");
      assertThat(Run.of("explain", "--uri", uri, "users", "18").exitCode()).isZero();
      Run doctor = Run.of("doctor", "--uri", uri);
      assertThat(doctor.out())
          .contains("role 127.0.0.1:" + first.port())
          .contains("role 127.0.0.1:" + second.port())
          .doesNotContain("PROBLEM");
      assertThat(Run.of("invalidate", "--uri", uri, "users", "17").exitCode()).isZero();
      assertThat(users.containsKey(17L)).isFalse();
      assertThat(Run.of("invalidate", "--uri", uri, "users", "--tag", "even").out())
          .contains("(64 buckets)");
      assertThat(Run.of("keys", "--uri", uri, "users").out().lines()).hasSize(49);
      assertThat(users.containsKey(18L)).isFalse();
      assertThat(users.containsKey(19L)).isTrue();
      assertThat(Run.of("clear", "--uri", uri, "users", "--yes").exitCode()).isZero();
      assertThat(users.containsKey(19L)).isFalse();
    }
  }

  private static void join(TestRedis first, TestRedis second) throws IOException {
    Object unused = first.call("CLUSTER", "ADDSLOTSRANGE", "0", "8191");
    Object unusedSlots = second.call("CLUSTER", "ADDSLOTSRANGE", "8192", "16383");
    for (Map.Entry<TestRedis, String> each : Map.of(first, "1", second, "2").entrySet()) {
      Object ignored = each.getKey().call("CLUSTER", "SET-CONFIG-EPOCH", each.getValue());
    }
    Object unusedReply = first.call("CLUSTER", "MEET", "127.0.0.1", "" + second.port());
    for (TestRedis node : List.of(first, second)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                String info = String.valueOf(node.call("CLUSTER", "INFO"));
                return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384");
              });
    }
  }

  @Test
  void sentinel_leadsToTheMaster() throws Exception {
    try (TestRedis master = TestRedis.start()) {
      int port = TestRedis.freePort();
      Path file = master.folder().resolve("sentinel.conf");
      Files.writeString(
          file,
          """
          port %d
          bind 127.0.0.1
          sentinel monitor shop 127.0.0.1 %d 1
          sentinel auth-pass shop %s
          """
              .formatted(port, master.port(), TestRedis.PASSWORD),
          UTF_8);
      List<String> command =
          new ArrayList<>(List.of(TestRedis.program(), file.toString(), "--sentinel"));
      Process sentinel =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(master.folder().resolve("sentinel.log").toFile())
              .start();
      try {
        Cache<Long, String> users =
            master.manager("").createCache("users", new MutableConfiguration<Long, String>());
        users.put(1L, "Ann");
        String uri = "redis-sentinel://:%s@shop@127.0.0.1:%d".formatted(TestRedis.PASSWORD, port);

        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () ->
                    assertThat(Run.of("get", "--uri", uri, "users", "1").out())
                        .isEqualTo("\"Ann\"\n"));
        assertThat(Run.of("doctor", "--uri", uri).out()).contains("sentinel [127.0.0.1:" + port);
      } finally {
        sentinel.destroy();
        int unused = sentinel.waitFor();
      }
    }
  }
}

package dev.corral.jcache.internal.redis.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.RedisSettingsFixture;
import dev.corral.jcache.internal.redis.settings.Servers;
import dev.corral.jcache.internal.redis.settings.Tls;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RLock;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/** How cache managers share a client, and what a client can do. */
final class SharedRedisTest {

  private static final RedisUnderTest server = RedisUnderTest.ownServer();

  private final Set<Thread> threadsBefore = clientThreads();

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void open_sameSettings_sharesOneClientUntilTheLastCloses() {
    SharedRedis first = SharedRedis.open(server.ownSettings());
    SharedRedis second = SharedRedis.open(server.ownSettings());
    assertThat(second.client()).isSameAs(first.client());

    first.close();
    first.close();
    assertThat(second.client().isShutdown()).isFalse();
    second.client().getBucket("key").set("value".getBytes(UTF_8));

    second.close();
    assertThat(second.client().isShutdown()).isTrue();
  }

  @Test
  void open_afterLastShareClosed_createsNewClient() {
    SharedRedis first = SharedRedis.open(server.ownSettings());
    first.close();
    try (SharedRedis second = SharedRedis.open(server.ownSettings())) {
      assertThat(second.client()).isNotSameAs(first.client());
      assertThat(second.client().getKeys().count()).isNotNegative();
    }
  }

  @Test
  void close_lastShare_endsAllThreadsWithinTwoSeconds() {
    SharedRedis shared = SharedRedis.open(server.ownSettings());
    shared.client().getBucket("key").set(new byte[1]);
    long start = System.nanoTime();

    shared.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    awaitNoThreads();
  }

  @Test
  void open_manyThreads_shareOneClient() throws Exception {
    int threads = 8;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier opened = new CyclicBarrier(threads);
      List<Future<RedissonClient>> clients = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        clients.add(executor.submit(() -> openTogether(opened)));
      }
      RedissonClient first = clients.get(0).get(20, TimeUnit.SECONDS);
      for (Future<RedissonClient> client : clients) {
        assertThat(client.get(20, TimeUnit.SECONDS)).isSameAs(first);
      }
      await().until(first::isShutdown);
    } finally {
      executor.shutdownNow();
    }
  }

  private static RedissonClient openTogether(CyclicBarrier opened) throws Exception {
    try (SharedRedis shared = SharedRedis.open(server.ownSettings())) {
      opened.await(20, TimeUnit.SECONDS);
      return shared.client();
    }
  }

  @Test
  void ofApplication_closed_leavesTheClientOpen() {
    try (SharedRedis owner = SharedRedis.open(server.ownSettings())) {
      SharedRedis shared = SharedRedis.ofApplication(owner.client());
      assertThat(shared.client()).isSameAs(owner.client());
      shared.close();
      assertThat(owner.client().isShutdown()).isFalse();
    }
  }

  @Test
  void client_topicAndContendedLock_work() throws Exception {
    try (SharedRedis shared = SharedRedis.open(server.ownSettings())) {
      RTopic topic = shared.client().getTopic("news");
      ConcurrentLinkedQueue<Integer> received = new ConcurrentLinkedQueue<>();
      topic.addListener(byte[].class, (channel, message) -> received.add((int) message[0]));
      for (byte i = 0; i < 100; i++) {
        topic.publish(new byte[] {i});
      }
      await().until(() -> received.size() == 100);
      assertThat(List.copyOf(received)).isSorted();

      RLock lock = shared.client().getLock("lock");
      Thread waiting = new Thread(lock::lock, "waiting");
      lock.lock();
      try {
        waiting.start();
        await().until(() -> waiting.getState().name().endsWith("WAITING"));
      } finally {
        lock.unlock();
      }
      waiting.join(5000);
      assertThat(!waiting.isAlive()).isTrue();
    }
  }

  @Test
  void client_manyThreads_openNoMoreConnectionsThanThePoolHas() throws Exception {
    try (SharedRedis shared = SharedRedis.open(server.ownSettings())) {
      ExecutorService executor = Executors.newFixedThreadPool(32);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        String key = "key" + i;
        running.add(
            executor.submit(
                () -> {
                  for (int j = 0; j < 100; j++) {
                    shared.client().getBucket(key).set(new byte[] {(byte) j});
                  }
                }));
      }
      for (Future<?> future : running) {
        future.get(30, TimeUnit.SECONDS);
      }
      executor.shutdown();
      assertThat(serverConnections(shared.client())).isLessThanOrEqualTo(4 + 1);
    }
  }

  private static long serverConnections(RedissonClient client) {
    var info =
        client.getRedisNodes(RedisNodes.SINGLE).getInstance().info(RedisNode.InfoSection.CLIENTS);
    return Long.parseLong(info.get("connected_clients"));
  }

  @Test
  void open_noServerAtTheAddress_namesAddressAndSettingButNoPassword() {
    HostAndPort unused = new HostAndPort("127.0.0.1", 1);
    RedisSettings settings = RedisSettingsFixture.single(unused, new Credentials("tom", "s3cret"));

    ConnectionProblem problem;
    try (SharedRedis shared = SharedRedis.open(settings)) {
      problem = Objects.requireNonNull(shared.firstProblem());
    }
    assertThat(problem.isConfigurationError()).isFalse();
    assertThat(problem.toException())
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("127.0.0.1:1", "corral.redis.uri", "CORRAL_REDIS_URI", "tom:***")
        .hasMessageNotContaining("s3cret")
        .hasStackTraceContaining("127.0.0.1")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("s3cret"));
    awaitNoThreads();
  }

  @Test
  void open_wrongPassword_isRefusedWithoutThePasswordInTheMessage() {
    Credentials wrong = new Credentials(null, "wr0ng");
    RedisSettings settings = RedisSettingsFixture.single(server.address(), wrong);

    assertThatThrownBy(() -> SharedRedis.open(settings))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("default:***")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("wr0ng"));
    awaitNoThreads();
  }

  @Test
  void open_interruptedThread_throwsAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> SharedRedis.open(server.ownSettings()))
        .isInstanceOf(CacheException.class);
    assertThat(Thread.interrupted()).isTrue();
    awaitNoThreads();
  }

  @Test
  void open_truststoreMissing_namesFileAndSetting() {
    Tls tls = new Tls(true, Path.of("no-such.p12"), "s3cret", null, null, true);
    Servers servers = new Servers(Topology.SINGLE, List.of(server.address()), null);
    RedisSettings settings = RedisSettingsFixture.of(servers, Credentials.NONE, tls);

    assertThatThrownBy(() -> SharedRedis.open(settings))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("no-such.p12", "corral.redis.truststore");
  }

  @Test
  void client_serverRestarted_reconnectsWithinFiveSeconds() {
    try (RedisUnderTest own = RedisUnderTest.ownServer();
        SharedRedis shared = SharedRedis.open(own.ownSettings())) {
      shared.client().getBucket("key").set(new byte[1]);
      own.restart();
      await()
          .atMost(Duration.ofSeconds(5))
          .ignoreExceptions()
          .until(() -> !shared.client().getBucket("key").isExists());
    }
  }

  private static String stackTrace(Throwable e) {
    java.io.StringWriter text = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }

  /** Waits until this test's threads have ended; other tests of this JVM may have open clients. */
  private void awaitNoThreads() {
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(clientThreads()).isSubsetOf(threadsBefore));
  }

  private static Set<Thread> clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getName().startsWith("corral-netty")
                    || thread.getName().startsWith("redisson-"))
        .collect(Collectors.toSet());
  }
}

package dev.corral.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.examples.springboot.Instance.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two instances of the service with one database and one Redis. */
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BookshopIT {

  private static final int REQUESTS = 50;

  private static Server database;
  private static RedisProcess redis;
  private static Instance first;
  private static Instance second;

  @BeforeAll
  static void startInstances() throws Exception {
    database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    redis = RedisProcess.start();
    first = start("first"); // it creates the table
    second = start("second");
  }

  private static Instance start(String name) throws Exception {
    String url =
        "jdbc:h2:tcp://localhost:%d/mem:bookshop;DB_CLOSE_DELAY=-1".formatted(database.getPort());
    return Instance.start(name, url, redis.uri());
  }

  @AfterAll
  static void stopInstances() {
    second.close();
    first.close();
    redis.close();
    database.stop();
  }

  @Test
  void find_50TimesInBothInstances_queriesTheDatabaseOnce() {
    double before = queries();

    List<CompletableFuture<Response>> sent = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      sent.add(first.getAsync("/books/1"));
      sent.add(second.getAsync("/books/1"));
    }

    assertThat(sent.stream().map(CompletableFuture::join))
        .containsOnly(
            new Response(
                200,
                "{\"id\":1,\"title\":\"The Left Hand of Darkness\","
                    + "\"author\":\"Ursula K. Le Guin\",\"cents\":999}"));
    assertThat(queries() - before).isEqualTo(1);
    assertThat(first.get("/actuator/caches").body()).contains("\"books\"");
    double hits = hits(first);
    first.get("/books/1");
    assertThat(hits(first)).isGreaterThan(hits);
    assertThat(first.get("/actuator/health").status()).isEqualTo(200);
  }

  @Test
  void save_inOneInstance_isReadInTheOtherWithoutAQuery() {
    String solaris = "/books/3";
    String search = "/books?author=Stanislaw%20Lem";
    assertThat(second.get(solaris).body()).contains("1099");
    assertThat(second.get(search).body()).contains("1099");

    assertThat(first.put(solaris, json("Solaris", "Stanislaw Lem", 1299)).status()).isEqualTo(200);

    double before = queries();
    assertThat(second.get(solaris).body()).contains("1299");
    assertThat(queries()).isEqualTo(before);
    assertThat(second.get(search).body()).contains("1299");
    assertThat(queries()).isEqualTo(before + 1);
  }

  @Test
  void delete_inOneInstance_isSeenInTheOther() {
    first.put("/books/7", json("Roadside Picnic", "Arkady Strugatsky", 799));
    assertThat(second.get("/books/7").status()).isEqualTo(200);

    assertThat(second.delete("/books/7").status()).isEqualTo(200);

    assertThat(first.get("/books/7").status()).isEqualTo(404);
    double before = queries();
    assertThat(second.get("/books/7").status()).isEqualTo(404);
    assertThat(queries()).isEqualTo(before);
  }

  @Test
  void save_thatFails_leavesTheCacheAsItWas() {
    assertThat(second.get("/books/2").body()).contains("849");

    String tooLong = "x".repeat(300);
    assertThat(first.put("/books/2", json(tooLong, "Ursula K. Le Guin", 1)).status())
        .isEqualTo(500);

    assertThat(List.of(first, second))
        .allSatisfy(it -> assertThat(it.get("/books/2").body()).contains("849"));
  }

  @Test
  void kill_ofOneInstance_doesNotDisturbTheOther() throws Exception {
    try (Readers readers = new Readers(second)) {
      for (int id = 100; id < 130; id++) {
        var unused = first.getAsync("/books/" + id);
      }
      first.kill();
      readers.awaitMore(200);
      assertThat(readers.failures()).isEmpty();
    }

    assertThat(second.get("/books/2").status()).isEqualTo(200);
    first = start("first-again");
    assertThat(first.get("/books/2").body()).contains("849");
    assertThat(first.meter("bookshop.queries")).isZero();
  }

  @Test
  void redis_killedAndStartedAgain_failsNoRequestAndServesNothingStale() throws Exception {
    String book = "/books/8";
    first.put(book, json("Ubik", "Philip K. Dick", 500));
    try (Readers one = new Readers(first);
        Readers two = new Readers(second)) {
      two.awaitMore(50);

      redis.kill();
      assertThat(first.put(book, json("Ubik", "Philip K. Dick", 600)).status()).isEqualTo(200);
      assertThat(second.get(book).body()).contains("600");
      one.awaitMore(100);
      two.awaitMore(100);

      redis.restart();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                second.get(book);
                double before = queries();
                assertThat(first.get(book).body()).contains("600");
                assertThat(queries()).isEqualTo(before);
              });
      assertThat(one.failures()).isEmpty();
      assertThat(two.failures()).isEmpty();
    }
  }

  private static String json(String title, String author, int cents) {
    return "{\"title\":\"%s\",\"author\":\"%s\",\"cents\":%d}".formatted(title, author, cents);
  }

  /** The queries of both instances since their start. */
  private static double queries() {
    return first.meter("bookshop.queries") + second.meter("bookshop.queries");
  }

  /** The hits of the cache of books in one instance since its start. */
  private static double hits(Instance instance) {
    return instance.meter("cache.gets?tag=cache:books&tag=result:hit");
  }

  /** Threads that read a book of an instance until they are closed. */
  private static final class Readers implements AutoCloseable {

    private static final int THREADS = 4;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger answers = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    Readers(Instance instance) {
      for (int i = 0; i < THREADS; i++) {
        Thread thread = new Thread(() -> read(instance), "reader");
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
      }
    }

    private void read(Instance instance) {
      while (!closed.get()) {
        try {
          Response response = instance.get("/books/2");
          if (response.status() != 200) {
            failures.add(response.toString());
          }
        } catch (RuntimeException e) {
          failures.add(e.toString());
        }
        answers.incrementAndGet();
      }
    }

    void awaitMore(int count) throws InterruptedException {
      int goal = answers.get() + count;
      while (answers.get() < goal) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }

    List<String> failures() {
      return List.copyOf(failures);
    }

    @Override
    public void close() {
      closed.set(true);
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

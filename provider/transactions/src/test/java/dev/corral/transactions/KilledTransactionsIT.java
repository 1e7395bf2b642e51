package dev.corral.transactions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two JVMs that change accounts in PostgreSQL and are killed with SIGKILL in mid-transaction, again
 * and again, while threads in both of them and in this JVM read and fill the cache. Each kill meets
 * as many transactions as a JVM has threads for them. {@code -Dtest.killed-transactions=1000} runs
 * the test at length; {@code -Dtest.protocol=remove} shows that it finds stale values without
 * intents.
 */
@Tag("baseline-jdk")
class KilledTransactionsIT {

  private static final int TRANSACTIONS = Integer.getInteger("test.killed-transactions", 24);
  private static final String PROTOCOL = System.getProperty("test.protocol", "intents");
  private static final int THREADS = 8;
  private static final long INTENT_MILLIS = 2_000;

  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger committed = new AtomicInteger();
  private final AtomicInteger rolledBack = new AtomicInteger();
  private final AtomicLong reads = new AtomicLong();
  private volatile boolean over;

  @Test
  void reads_jvmsAreKilledInMidTransaction_areNeverOlderThanTheDatabase() throws Exception {
    try (PostgresServer database = PostgresServer.start();
        OwnServer redis = new OwnServer();
        CorralCachingProvider provider = new CorralCachingProvider()) {
      Accounts.create(database);
      CorralCache<Long, Long> cache =
          Accounts.cache(provider.getCacheManager(URI.create(redis.uri()), null));
      List<Thread> readers = List.of(reader(cache, database), reader(cache, database));
      int kills = kill(database, redis);

      TimeUnit.MILLISECONDS.sleep(INTENT_MILLIS + 500); // the last intents have ended by now
      over = true;
      for (Thread reader : readers) {
        reader.join();
      }

      System.out.printf(
          "%,d kills in %,d transactions; %,d committed, %,d rolled back; %,d reads in the test,"
              + " wrong: %,d%n",
          kills, kills * THREADS, committed.get(), rolledBack.get(), reads.get(), wrong.size());
      assertThat(wrong).isEmpty();
      assertThat(committed).hasPositiveValue();
      assertAllEqual(cache, database);
    }
  }

  private Thread reader(CorralCache<Long, Long> cache, PostgresServer database) {
    Thread reader =
        new Thread(
            () -> {
              try (Connection connection = database.connect()) {
                while (!over) {
                  String found = Accounts.readAndCompare(cache, connection);
                  reads.incrementAndGet();
                  if (found != null) {
                    wrong.add(found);
                  }
                }
              } catch (SQLException | RuntimeException e) {
                wrong.add("failed: " + e);
              }
            });
    reader.start();
    return reader;
  }

  /** Kills one of two JVMs at a random time, and starts another one, until enough were killed. */
  private int kill(PostgresServer database, OwnServer redis) throws Exception {
    int kills = (TRANSACTIONS + THREADS - 1) / THREADS;
    List<Worker> workers = new ArrayList<>();
    try {
      workers.add(new Worker(database, redis));
      for (int i = 0; i < kills; i++) {
        workers.add(new Worker(database, redis));
        Worker next = workers.remove(0);
        next.awaitReady();
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(50, 400));
        next.kill();
      }
    } finally {
      workers.forEach(Worker::kill);
    }
    return kills + workers.size();
  }

  private static void assertAllEqual(CorralCache<Long, Long> cache, PostgresServer database)
      throws SQLException {
    try (Connection connection = database.connect()) {
      for (long id = 0; id < Accounts.COUNT; id++) {
        assertThat(Accounts.read(cache, connection, id))
            .isEqualTo(Accounts.version(connection, id))
            .isLessThan(Accounts.NEVER_COMMITTED);
        assertThat(cache.get(id)).as("an intent is left for account %d", id).isNotNull();
      }
    }
  }

  private final class Worker {

    private final Process process;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread output;

    Worker(PostgresServer database, OwnServer redis) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx128m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  TransactionWorker.class.getName(),
                  redis.uri(),
                  database.url(),
                  Integer.toString(THREADS),
                  Long.toString(INTENT_MILLIS),
                  PROTOCOL)
              .redirectErrorStream(true)
              .start();
      output = new Thread(this::read);
      output.start();
    }

    private void read() {
      try (BufferedReader lines = process.inputReader(UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          switch (line) {
            case "ready" -> ready.countDown();
            case "committed" -> committed.incrementAndGet();
            case "rolled back" -> rolledBack.incrementAndGet();
            default -> {
              if (line.matches("(STALE|ROLLED BACK|failed).*")) {
                wrong.add(line);
              } else {
                System.out.println(line);
              }
            }
          }
        }
      } catch (IOException e) {
        if (process.isAlive()) {
          throw new UncheckedIOException(e);
        }
      }
    }

    void awaitReady() throws InterruptedException {
      assertThat(ready.await(60, TimeUnit.SECONDS)).as("a JVM has started").isTrue();
    }

    /** SIGKILL: no shutdown hook runs. */
    void kill() {
      process.destroyForcibly();
      try {
        process.waitFor();
        output.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package dev.corral.cdc;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import javax.cache.CacheManager;

/**
 * Follows the log of a PostgreSQL database, and invalidates the entries of the rows that any
 * program changes. Start it in all JVMs: one of them follows the log, and when it dies, another one
 * goes on from the position that is stored in Redis. If the position is lost, the caches are
 * cleared. Safe for many threads.
 *
 * <p>Close it before the cache manager. It has one thread, and two connections to the database in
 * the JVM that follows the log.
 */
public final class ChangeDataCapture implements AutoCloseable {

  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

  /** A JVM that does not follow the log has nothing to end, and may wait for the database. */
  private static final Duration ABORTED_AFTER = Duration.ofSeconds(1);

  private final Counters counters = new Counters();
  private final FollowerLoop loop;
  private final Thread thread;

  private ChangeDataCapture(
      Database database, List<TableMapping> mappings, ChangeDataOptions options) {
    CacheManager manager = mappings.get(0).cache().getCacheManager();
    loop = new FollowerLoop(database, options, mappings, manager, counters);
    thread = new Thread(loop, "corral-change-data-" + options.slot());
    thread.setDaemon(true);
  }

  /**
   * Starts it. It connects in a thread of its own, and tries again after each failure; see {@link
   * #status}.
   *
   * @param url of the database, such as {@code jdbc:postgresql://host/database}, as for JDBC. With
   *     several hosts, add {@code targetServerType=primary}
   * @param properties of the connections, such as {@code user} and {@code password}. The user needs
   *     the attribute {@code REPLICATION}
   * @param mappings of all tables; the same ones in all JVMs
   * @throws IllegalArgumentException if the URL is not one of PostgreSQL's, if there are no
   *     mappings, or if their caches have several managers
   */
  public static ChangeDataCapture start(
      String url, Properties properties, List<TableMapping> mappings, ChangeDataOptions options) {
    List<TableMapping> all = List.copyOf(mappings);
    if (all.stream().map(it -> it.cache().getCacheManager()).distinct().count() != 1) {
      throw new IllegalArgumentException(
          "change data capture needs mappings, and all their caches in one cache manager, whose"
              + " Redis also gets the position; start another one for those of another manager");
    }
    ChangeDataCapture started = new ChangeDataCapture(new Database(url, properties), all, options);
    started.thread.start();
    return started;
  }

  /** What it does, and has done in this JVM. Calls neither Redis nor the database. */
  public ChangeDataStatus status() {
    return counters.status();
  }

  /**
   * Stops following the log, and lets another JVM go on. The slot remains: if no JVM follows the
   * log any more, drop it, because PostgreSQL keeps the log for it. Waits up to 10 s; after that,
   * and if this thread is interrupted, it ends later.
   */
  @Override
  public void close() {
    loop.close();
    try {
      boolean follows = status().role() == ChangeDataStatus.Role.FOLLOWING;
      thread.join((follows ? CLOSED_WITHIN : ABORTED_AFTER).toMillis());
      if (thread.isAlive()) {
        loop.abort();
        thread.join(CLOSED_WITHIN.toMillis());
      }
    } catch (InterruptedException e) {
      loop.abort();
      Thread.currentThread().interrupt();
    }
  }
}

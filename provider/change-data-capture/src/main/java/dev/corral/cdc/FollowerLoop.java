package dev.corral.cdc;

import dev.corral.cdc.ChangeDataStatus.Role;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log while this JVM has the lease, and waits for the lease otherwise. After any
 * failure it releases the lease, and begins again from the position in Redis. Run by one thread.
 */
final class FollowerLoop implements Runnable, Waiting {

  private static final Logger log = LoggerFactory.getLogger(FollowerLoop.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** SQL states with which PostgreSQL says that it cannot deliver the log of the slot. */
  private static final Set<String> UNREADABLE = Set.of("55000", "42704");

  private final Database database;
  private final ChangeDataOptions options;
  private final List<TableMapping> mappings;
  private final CacheManager manager;
  private final Counters counters;

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Interval renewal;
  private @Nullable SharedState state;
  private volatile @Nullable LogConnections current;
  private Duration pause = FIRST_PAUSE;
  private boolean recreate;
  private boolean waitsForSlot;
  private @Nullable String lastLogged;

  FollowerLoop(
      Database database,
      ChangeDataOptions options,
      List<TableMapping> mappings,
      CacheManager manager,
      Counters counters) {
    this.database = database;
    this.options = options;
    this.mappings = mappings;
    this.manager = manager;
    this.counters = counters;
    this.renewal = new Interval(options.leaseTime().dividedBy(3));
  }

  @Override
  public void run() {
    try {
      while (!isClosed()) {
        try {
          attempt();
        } catch (SlotInUseException e) {
          awaitSlot(e);
        } catch (SQLException | RuntimeException | Error e) {
          fail(e);
        }
      }
      releaseLease();
    } finally {
      counters.role(Role.CLOSED);
    }
  }

  private void attempt() throws SQLException {
    SharedState shared = shared();
    if (!shared.acquireLease()) {
      counters.role(Role.STANDBY);
      pause(options.leaseTime().dividedBy(4));
      return;
    }
    renewal.restart();
    counters.role(Role.STARTING);
    try (LogConnections connections = LogConnections.open(database, options)) {
      current = connections;
      renewLease();
      FollowerStart.Start start =
          new FollowerStart(connections, mappings, shared, counters).prepare(recreate);
      recreate = false;
      renewLease();
      follow(connections, shared, start);
    } finally {
      current = null;
    }
  }

  private void follow(LogConnections connections, SharedState shared, FollowerStart.Start start)
      throws SQLException {
    try {
      LogFollower follower = new LogFollower(connections, options, shared, counters, this, start);
      pause = FIRST_PAUSE;
      waitsForSlot = false;
      lastLogged = null;
      follower.follow();
    } catch (SQLException e) {
      recreate = e.getSQLState() != null && UNREADABLE.contains(e.getSQLState());
      throw e;
    }
  }

  private SharedState shared() {
    SharedState shared = state;
    if (shared == null) {
      shared = new SharedState(manager, options.slot(), options.leaseTime());
      state = shared;
    }
    return shared;
  }

  /** A JVM that has died may have the slot until the database notices. This one has the lease. */
  private void awaitSlot(SlotInUseException e) {
    if (!waitsForSlot) {
      waitsForSlot = true;
      log.info("{}", e.getMessage());
    }
    counters.failure(e.getMessage());
    pause(FIRST_PAUSE);
  }

  private void fail(Throwable e) {
    if (isClosed()) {
      log.debug("The log is not followed any more", e);
      return;
    }
    String failure = String.valueOf(e.getMessage());
    counters.role(Role.FAILED);
    counters.failure(failure);
    if (failure.equals(lastLogged)) {
      log.debug("The log is still not followed", e);
    } else {
      lastLogged = failure;
      boolean isExplained = e instanceof RestartException || e instanceof ConfigurationException;
      log.warn(
          "This JVM does not follow the log of PostgreSQL in slot '{}', and tries again; if no"
              + " other JVM does, caches become stale. Reason: {}",
          options.slot(),
          failure,
          isExplained ? null : e);
    }
    releaseLease();
    pause(pause);
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  /** So that another JVM need not wait for its end. */
  private void releaseLease() {
    SharedState shared = state;
    if (shared != null) {
      try {
        shared.releaseLease();
      } catch (CacheException | IllegalStateException e) {
        log.debug("The lease could not be released; it ends by itself", e);
      }
    }
  }

  @Override
  public boolean isClosed() {
    return closing.getCount() == 0;
  }

  @Override
  public void pause(Duration time) {
    try {
      var unused = closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
  }

  @Override
  public void renewLease() {
    if (renewal.isDue() && !shared().acquireLease()) {
      throw new RestartException(
          "another JVM has the lease in Redis, because this one was too slow");
    }
  }

  /** Lets the loop end soon. */
  void close() {
    closing.countDown();
  }

  /** Lets a call of the database fail that the loop waits for. */
  void abort() {
    LogConnections connections = current;
    if (connections != null) {
      connections.abort();
    }
  }
}

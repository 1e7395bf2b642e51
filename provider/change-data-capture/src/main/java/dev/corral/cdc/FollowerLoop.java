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
  private static final Duration UNFOLLOWED_REPORTED_AFTER = Duration.ofMinutes(1);

  /** SQL states with which PostgreSQL says that it cannot deliver the log of the slot. */
  private static final Set<String> UNREADABLE = Set.of("55000", "42704");

  private final Database database;
  private final ChangeDataOptions options;
  private final List<TableMapping> mappings;
  private final CacheManager manager;
  private final Counters counters;

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Interval renewal;
  private final UnfollowedMappings unfollowed;
  private final RepeatedWarning warning = new RepeatedWarning();
  private @Nullable SharedState state;
  private volatile @Nullable LogConnections current;
  private Duration pause = FIRST_PAUSE;
  private boolean recreate;

  /** How long another connection may have the slot; null while none has it. */
  private @Nullable Interval slotWait;

  /** When the position was stored last, by {@code System.nanoTime()}; null if it never was. */
  private @Nullable Long movedAt;

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
    this.unfollowed =
        new UnfollowedMappings(options.slot(), mappings, counters, UNFOLLOWED_REPORTED_AFTER);
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
      unfollowed.checkSometimes(shared);
      pause(options.leaseTime().dividedBy(4));
      return;
    }
    unfollowed.restart();
    renewal.restart();
    counters.role(Role.STARTING);
    try (LogConnections connections = LogConnections.open(database, options)) {
      current = connections;
      if (isClosed()) { // the connections could not be aborted before
        return;
      }
      renewLease();
      FollowerStart.Start start =
          new FollowerStart(connections, mappings, shared, counters, this).prepare(recreate);
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
      slotWait = null;
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

  /**
   * A JVM that has died may have the slot until the database notices. This one has the lease. If
   * that lasts longer than the database needs, something else has the slot.
   */
  private void awaitSlot(SlotInUseException e) {
    Interval wait = slotWait;
    if (wait == null) {
      wait = new Interval(LogConnections.timeout(options));
      slotWait = wait;
      log.info("{}", e.getMessage());
    }
    if (wait.hasPassed()) {
      fail(e);
    } else {
      counters.failure(e.getMessage());
      pause(FIRST_PAUSE);
    }
  }

  private void fail(Throwable e) {
    if (isClosed()) {
      log.debug("The log is not followed any more", e);
      return;
    }
    String failure = String.valueOf(e.getMessage());
    counters.role(Role.FAILED);
    counters.failure(failure);
    if (warning.isDue(failure)) {
      boolean isExplained =
          e instanceof RestartException
              || e instanceof ConfigurationException
              || e instanceof SlotInUseException;
      log.warn(
          "This JVM does not follow the log of PostgreSQL in slot '{}', and tries again; {}. If no"
              + " other JVM follows it, caches become stale, and PostgreSQL keeps its log. Reason:"
              + " {}",
          options.slot(),
          lastMove(),
          failure,
          isExplained ? null : e);
    } else {
      log.debug("The log is still not followed", e);
    }
    releaseLease();
    pause(pause);
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  private String lastMove() {
    Long moved = movedAt;
    return moved == null
        ? "it has not stored a position yet"
        : "it has stored its last position %d s ago"
            .formatted(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - moved));
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

  @Override
  public void moved() {
    movedAt = System.nanoTime();
    pause = FIRST_PAUSE;
    warning.reset();
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

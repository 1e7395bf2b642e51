package dev.corral.jcache.internal.redis.client;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends our clients when the application has ended without closing them, so that the JVM can exit.
 *
 * <p>A daemon thread waits for the end of one thread after another, of those that are neither
 * daemons nor ours. It never polls: in a server it waits in one {@code join} for ever.
 */
final class ExitWatch implements AutoCloseable {

  /*
   * A JVM exits when no non-daemon thread is left. Redisson's timer (HashedWheelTimer with
   * DefaultThreadFactory, ServiceManager.initTimer) is one, without a setting to change that, and
   * it ends only with the client. A thread that is started while we wait was started by a thread
   * that is seen, or is seen itself when we look again; one that was missed because it was started
   * while the list was made is found by the second look after a pause.
   */

  private static final Logger log = LoggerFactory.getLogger(ExitWatch.class);

  private static final long SECOND_LOOK_MILLIS = 50;

  private final Runnable lastAct;
  private final Thread thread;

  private ExitWatch(Runnable lastAct) {
    this.lastAct = lastAct;
    this.thread = OwnThreads.daemon("corral-exit-watch", this::watch);
  }

  /**
   * Starts to watch.
   *
   * @param lastAct what to do, once, when nothing but our own threads keeps the JVM alive
   */
  static ExitWatch start(Runnable lastAct) {
    ExitWatch watch = new ExitWatch(lastAct);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      int emptyLooks = 0;
      while (emptyLooks < 2) {
        @Nullable Thread other = OwnThreads.anyForeignNonDaemon();
        if (other != null) {
          emptyLooks = 0;
          other.join();
        } else if (++emptyLooks < 2) {
          TimeUnit.MILLISECONDS.sleep(SECOND_LOOK_MILLIS);
        }
      }
      log.debug("The application has ended without closing its caches; closing their connections");
      lastAct.run();
    } catch (InterruptedException e) {
      log.trace("No longer watching for the end of the application", e);
    }
  }

  /** Stops to watch, unless the end has come already. */
  @Override
  public void close() {
    thread.interrupt();
  }
}

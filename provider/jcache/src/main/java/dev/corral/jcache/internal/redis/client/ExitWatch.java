package dev.corral.jcache.internal.redis.client;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes Corral's clients when the application has ended without closing them, so that the JVM can
 * exit.
 *
 * <p>A daemon thread joins the application's non-daemon threads, one after the other. It does not
 * poll: in a server it waits in the same {@code join} for the whole life of the JVM.
 */
final class ExitWatch implements AutoCloseable {

  /*
   * A JVM exits when its last non-daemon thread ends. Redisson's timer (HashedWheelTimer with
   * DefaultThreadFactory, ServiceManager.initTimer) is a non-daemon thread; no setting changes
   * that, and it ends only with the client.
   *
   * Threads that the application starts during a join are found by the next search. A search can
   * miss a thread that is started while it lists the threads; therefore a second search, after a
   * pause, has to find none, too.
   */

  private static final Logger log = LoggerFactory.getLogger(ExitWatch.class);

  private static final long SECOND_SEARCH_MILLIS = 50;

  private final Runnable onExit;
  private final Thread thread;

  private ExitWatch(Runnable onExit) {
    this.onExit = onExit;
    this.thread = OwnThreads.daemon("corral-exit-watch", this::watch);
  }

  /**
   * Starts watching.
   *
   * @param onExit is run once, when only threads of Corral prevent the JVM from exiting
   */
  static ExitWatch start(Runnable onExit) {
    ExitWatch watch = new ExitWatch(onExit);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      int emptySearches = 0;
      while (emptySearches < 2) {
        @Nullable Thread running = OwnThreads.findApplicationThread();
        if (running != null) {
          emptySearches = 0;
          running.join();
        } else if (++emptySearches < 2) {
          TimeUnit.MILLISECONDS.sleep(SECOND_SEARCH_MILLIS);
        }
      }
      log.debug("The application has ended without closing its caches; closing their clients");
      onExit.run();
    } catch (InterruptedException e) {
      log.trace("Stopped watching for the end of the application", e);
    }
  }

  /** Stops watching; no effect if {@code onExit} is already running. */
  @Override
  public void close() {
    thread.interrupt();
  }
}

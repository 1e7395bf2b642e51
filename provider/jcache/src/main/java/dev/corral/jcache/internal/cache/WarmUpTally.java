package dev.corral.jcache.internal.cache;

import dev.corral.jcache.WarmUp.Progress;
import dev.corral.jcache.WarmUp.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a warm-up has done, and for how long it ran. Not safe for many threads. */
final class WarmUpTally {

  private static final int MAX_CAUSES = 10;

  private final long startNanos = System.nanoTime();
  private final List<Throwable> causes = new ArrayList<>();
  private BulkOperations.Loads done = BulkOperations.Loads.NONE;
  private long failedKeys;
  private boolean paused;
  private long pausedNanos;
  private long pausedSinceNanos;
  private boolean ended;
  private long endNanos;

  void add(BulkOperations.Loads loads) {
    done = done.plus(loads);
  }

  void addFailed(int keys, Throwable cause) {
    failedKeys += keys;
    addCause(cause);
  }

  void addCause(Throwable cause) {
    if (causes.size() < MAX_CAUSES && causes.stream().noneMatch(it -> it == cause)) {
      causes.add(cause);
    }
  }

  boolean isPaused() {
    return paused;
  }

  void pause() {
    if (!paused && !ended) {
      paused = true;
      pausedSinceNanos = System.nanoTime();
    }
  }

  void resume() {
    if (paused && !ended) {
      paused = false;
      pausedNanos += System.nanoTime() - pausedSinceNanos;
    }
  }

  void end() {
    ended = true;
    endNanos = System.nanoTime();
  }

  /** What a warm-up has done, for the log. Calls methods of the failures. */
  static String text(Progress progress) {
    return "the warm-up is %s: %d keys loaded, %d present, %d absent, %d failed; %.0f keys per second%s"
        .formatted(
            progress.state(),
            progress.loaded(),
            progress.present(),
            progress.absent(),
            progress.failed(),
            progress.keysPerSecond(),
            progress.causes().isEmpty() ? "" : "; the first failure: " + progress.causes().get(0));
  }

  Progress progress(State state) {
    long now = ended ? endNanos : System.nanoTime();
    long inPauses = pausedNanos + (paused ? now - pausedSinceNanos : 0);
    return new Progress(
        state,
        done.loaded(),
        done.present(),
        done.absent(),
        failedKeys,
        Duration.ofNanos(now - startNanos - inPauses),
        causes);
  }
}

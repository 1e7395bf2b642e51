package dev.corral.examples.chaos;

import java.util.HashMap;
import java.util.Map;
import javax.cache.CacheException;

/**
 * Two threads of a worker. One records the times in which the process did not run, because it was
 * stopped or the machine was busy; the other, when its caches find Redis unavailable.
 */
final class ProcessRecorder implements AutoCloseable {

  private static final long TICK_MILLIS = 10;

  /** A shorter delay of a tick is not recorded. */
  private static final long PAUSE_NANOS = 60_000_000;

  private final HistoryFile history;
  private final Caches caches;
  private volatile boolean closed;

  private ProcessRecorder(HistoryFile history, Caches caches) {
    this.history = history;
    this.caches = caches;
  }

  static ProcessRecorder start(HistoryFile history, Caches caches) {
    ProcessRecorder recorder = new ProcessRecorder(history, caches);
    recorder.begin("pauses", recorder::recordPauses);
    recorder.begin("availability", recorder::recordAvailability);
    return recorder;
  }

  private void begin(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void recordPauses() {
    long last = System.nanoTime();
    while (!closed) {
      Waiting.sleep(TICK_MILLIS);
      long now = System.nanoTime();
      if (now - last > PAUSE_NANOS && !closed) {
        history.paused(last, now);
      }
      last = now;
    }
  }

  private void recordAvailability() {
    Map<String, Boolean> known = new HashMap<>();
    while (!closed) {
      for (String cache : Caches.ALL) {
        boolean isAvailable = isAvailable(cache);
        if (known.getOrDefault(cache, true) != isAvailable && !closed) {
          history.availability(cache, isAvailable);
          known.put(cache, isAvailable);
        }
      }
      Waiting.sleep(TICK_MILLIS);
    }
  }

  private boolean isAvailable(String cache) {
    try {
      return caches.isAvailable(cache);
    } catch (CacheException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    Waiting.sleep(3 * TICK_MILLIS);
  }
}

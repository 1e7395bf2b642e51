package dev.corral.jcache.internal.entry;

import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.CorralObserver.Activity;
import dev.corral.jcache.CorralObserver.Observed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The observers of one cache manager. Without an observer, an activity costs one read of a field.
 * What an observer throws never reaches the caller. Safe for many threads.
 */
public final class ObserverList {

  private final CopyOnWriteArrayList<CorralObserver> observers = new CopyOnWriteArrayList<>();
  private final BiConsumer<CorralObserver, Throwable> onFailure;

  /**
   * A list without observers.
   *
   * @param onFailure is notified of each exception of an observer
   */
  public ObserverList(BiConsumer<CorralObserver, Throwable> onFailure) {
    this.onFailure = onFailure;
  }

  /** Adds an observer; returns false if the list has it. */
  public boolean add(CorralObserver observer) {
    return observers.addIfAbsent(observer);
  }

  /** Removes an observer. */
  public void remove(CorralObserver observer) {
    observers.remove(observer);
  }

  /** Notifies all observers. */
  public void notifyAll(Consumer<CorralObserver> notice) {
    observers.forEach(observer -> notify(observer, notice));
  }

  /** Notifies one observer. */
  public void notify(CorralObserver observer, Consumer<CorralObserver> notice) {
    try {
      notice.accept(observer);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      onFailure.accept(observer, e);
    }
  }

  /** What an observed activity does. */
  @FunctionalInterface
  public interface Work<R, E extends Exception> {

    @Nullable R run() throws E;
  }

  /**
   * Runs an activity.
   *
   * @param isComplete whether the result is that of a complete activity
   */
  public <R, E extends Exception> @Nullable R observe(
      Activity activity,
      String cacheName,
      int keys,
      Work<R, E> work,
      Predicate<@Nullable R> isComplete)
      throws E {
    if (observers.isEmpty()) {
      return work.run();
    }
    List<End> ends = begin(activity, cacheName, keys);
    @Nullable R result;
    try {
      result = work.run();
    } catch (Throwable e) {
      end(ends, /* complete= */ false, e);
      throw e;
    }
    end(ends, isComplete.test(result), /* failure= */ null);
    return result;
  }

  /** An activity that an observer follows. */
  private record End(CorralObserver observer, Observed observed) {}

  private List<End> begin(Activity activity, String cacheName, int keys) {
    List<End> ends = new ArrayList<>(1);
    notifyAll(
        observer -> {
          Observed observed = observer.begin(activity, cacheName, keys);
          if (observed != null) {
            ends.add(new End(observer, observed));
          }
        });
    Collections.reverse(ends);
    return ends;
  }

  private void end(List<End> ends, boolean complete, @Nullable Throwable failure) {
    ends.forEach(end -> notify(end.observer(), it -> end.observed().end(complete, failure)));
  }

  /** An executor that runs each task with the context of the thread that hands it over. */
  public Executor withContext(Executor executor) {
    return task -> executor.execute(observers.isEmpty() ? task : withContext(task));
  }

  private Runnable withContext(Runnable task) {
    Runnable result = task;
    for (CorralObserver observer : observers) {
      result = withContext(observer, result);
    }
    return result;
  }

  private Runnable withContext(CorralObserver observer, Runnable task) {
    Once once = new Once(task);
    Runnable[] wrapped = {once};
    notify(observer, it -> wrapped[0] = it.withContext(once));
    return () -> {
      try {
        wrapped[0].run();
      } catch (Exception | LinkageError | AssertionError e) {
        if (e == once.failure) {
          throw e;
        }
        onFailure.accept(observer, e);
      } finally {
        once.runUnlessDone();
      }
    };
  }

  /** A task that an observer has wrapped. It runs even if the wrapping fails before. */
  private static final class Once implements Runnable {

    private final Runnable task;
    private boolean done;
    private @Nullable Throwable failure;

    Once(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      done = true;
      try {
        task.run();
      } catch (Throwable e) {
        failure = e;
        throw e;
      }
    }

    void runUnlessDone() {
      if (!done) {
        run();
      }
    }
  }
}

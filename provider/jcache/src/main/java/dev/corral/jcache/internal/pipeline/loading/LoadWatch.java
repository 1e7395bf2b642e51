package dev.corral.jcache.internal.pipeline.loading;

/** What a caller of a bulk load decides and learns while it runs. Not safe for many threads. */
public final class LoadWatch {

  private final Runnable beforeLoad;
  private long discarded;
  private boolean exact = true;
  private boolean stopped;

  private LoadWatch(Runnable beforeLoad) {
    this.beforeLoad = beforeLoad;
  }

  /** Of a load that nothing stops. */
  public static LoadWatch none() {
    return new LoadWatch(() -> {});
  }

  /**
   * Of a load that may stop before it calls the loader.
   *
   * @param beforeLoad runs before each call of the loader; throws to end the load without it
   */
  public static LoadWatch of(Runnable beforeLoad) {
    return new LoadWatch(beforeLoad);
  }

  /** To be called before each call of the loader. */
  void beforeLoad() {
    try {
      beforeLoad.run();
    } catch (RuntimeException e) {
      stopped = true;
      throw e;
    }
  }

  /** Whether the load has ended before a call of the loader. */
  boolean isStopped() {
    return stopped;
  }

  /** A value was loaded, and not stored. */
  void countDiscarded() {
    discarded++;
  }

  /** A key is loaded by itself, or by another thread, which does not say whether it is stored. */
  void inexact() {
    exact = false;
  }

  /** The number of values that were not stored, of all keys if it is {@link #isExact exact}. */
  public long discarded() {
    return discarded;
  }

  /** Whether the number is that of all keys. */
  public boolean isExact() {
    return exact;
  }
}

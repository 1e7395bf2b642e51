package dev.corral.micrometer;

import dev.corral.jcache.CorralObserver.Activity;
import io.micrometer.observation.Observation;

/** The context of an observation of a miss, a loader call, a writer call or a flush. */
public final class CacheActivityContext extends Observation.Context {

  /** How an activity ended. */
  public enum Outcome {
    /** The activity has not ended. */
    UNKNOWN,
    /** All keys have a value, were written, or were deleted. */
    COMPLETE,
    /** The loader has no value for a key, or a queued write is left. */
    INCOMPLETE,
    /** An exception ended the activity. */
    ERROR
  }

  private final Activity activity;
  private final String cacheName;
  private final int keys;
  private volatile Outcome outcome = Outcome.UNKNOWN;

  CacheActivityContext(Activity activity, String cacheName, int keys) {
    this.activity = activity;
    this.cacheName = cacheName;
    this.keys = keys;
  }

  /** What is observed. */
  public Activity activity() {
    return activity;
  }

  /** The name of the cache. */
  public String cacheName() {
    return cacheName;
  }

  /** The number of keys. */
  public int keys() {
    return keys;
  }

  /** How the activity ended. */
  public Outcome outcome() {
    return outcome;
  }

  void end(Outcome ended) {
    outcome = ended;
  }
}

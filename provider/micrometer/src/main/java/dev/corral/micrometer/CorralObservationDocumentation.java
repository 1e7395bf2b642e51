package dev.corral.micrometer;

import dev.corral.jcache.CorralObserver.Activity;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** The observations of Corral, with their names and tags. */
public enum CorralObservationDocumentation implements ObservationDocumentation {

  /** A read of one key that missed, until it has a value or none. */
  MISS("corral.miss"),

  /** A call of the cache loader. */
  LOAD("corral.load"),

  /** A call of the cache writer, which writes or deletes. */
  WRITE("corral.write"),

  /** A batch of the write-behind queue, from the queue to the database. */
  FLUSH("corral.flush"),

  /** An outage of a Redis node. */
  OUTAGE("corral.outage");

  private final String observationName;

  CorralObservationDocumentation(String observationName) {
    this.observationName = observationName;
  }

  /** The documentation of an activity. */
  public static CorralObservationDocumentation of(Activity activity) {
    return switch (activity) {
      case MISS -> MISS;
      case LOAD -> LOAD;
      case WRITE, DELETE -> WRITE;
      case FLUSH -> FLUSH;
    };
  }

  @Override
  public String getName() {
    return observationName;
  }

  @Override
  public Class<? extends ObservationConvention<? extends Observation.Context>>
      getDefaultConvention() {
    return this == OUTAGE ? OutageConvention.class : CacheActivityConvention.class;
  }

  @Override
  public KeyName[] getLowCardinalityKeyNames() {
    return this == OUTAGE
        ? new KeyName[] {Tag.NODE, Tag.REFUSED}
        : new KeyName[] {Tag.CACHE, Tag.OPERATION, Tag.OUTCOME};
  }

  @Override
  public KeyName[] getHighCardinalityKeyNames() {
    return new KeyName[] {this == OUTAGE ? Tag.CAUSE : Tag.KEYS};
  }

  /** The tags of the observations. */
  public enum Tag implements KeyName {
    /** The name of the cache. */
    CACHE("cache"),
    /** {@code read}, {@code load}, {@code write}, {@code delete} or {@code flush}. */
    OPERATION("operation"),
    /** The {@link CacheActivityContext.Outcome} in lower case. */
    OUTCOME("outcome"),
    /** The address of the node; {@code redis} without a cluster. */
    NODE("node"),
    /** What Redis does not accept: {@code everything} or {@code writes}. */
    REFUSED("refused"),
    /** The number of keys; only in spans. */
    KEYS("corral.keys"),
    /** The cause of the outage; only in spans. */
    CAUSE("corral.cause");

    private final String key;

    Tag(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }
}

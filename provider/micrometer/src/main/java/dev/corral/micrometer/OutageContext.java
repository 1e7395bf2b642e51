package dev.corral.micrometer;

import dev.corral.jcache.CorralObserver.Outage;
import io.micrometer.observation.Observation;

/** The context of the observation of an outage. */
public final class OutageContext extends Observation.Context {

  private final Outage outage;

  OutageContext(Outage outage) {
    this.outage = outage;
  }

  /** The node, what it accepts, and why not more. */
  public Outage outage() {
    return outage;
  }
}

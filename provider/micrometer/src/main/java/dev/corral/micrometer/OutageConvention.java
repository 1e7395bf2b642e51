package dev.corral.micrometer;

import dev.corral.micrometer.CorralObservationDocumentation.Tag;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** The name and tags of {@link CorralObservationDocumentation#OUTAGE}. */
public class OutageConvention implements ObservationConvention<OutageContext> {

  /** The convention. */
  public OutageConvention() {}

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof OutageContext;
  }

  @Override
  public String getName() {
    return CorralObservationDocumentation.OUTAGE.getName();
  }

  @Override
  public String getContextualName(OutageContext context) {
    return "outage of " + node(context);
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(OutageContext context) {
    return KeyValues.of(
        Tag.NODE.withValue(node(context)),
        Tag.REFUSED.withValue(context.outage().isReadable() ? "writes" : "everything"));
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(OutageContext context) {
    return KeyValues.of(Tag.CAUSE.withValue(context.outage().cause()));
  }

  private static String node(OutageContext context) {
    String node = context.outage().node();
    return node.isEmpty() ? "redis" : node;
  }
}

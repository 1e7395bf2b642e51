package dev.corral.micrometer;

import dev.corral.jcache.CorralObserver.Activity;
import dev.corral.micrometer.CorralObservationDocumentation.Tag;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Locale;

/**
 * The name and tags of the observations of one kind, as {@link CorralObservationDocumentation} has
 * them. A span has the name of the operation and of the cache, such as {@code load users}.
 */
public class CacheActivityConvention implements ObservationConvention<CacheActivityContext> {

  private final CorralObservationDocumentation kind;

  /** The convention of the observations of one kind. */
  public CacheActivityConvention(CorralObservationDocumentation kind) {
    this.kind = kind;
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof CacheActivityContext cache
        && CorralObservationDocumentation.of(cache.activity()) == kind;
  }

  @Override
  public String getName() {
    return kind.getName();
  }

  @Override
  public String getContextualName(CacheActivityContext context) {
    return operation(context) + " " + context.cacheName();
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(CacheActivityContext context) {
    return KeyValues.of(
        Tag.CACHE.withValue(context.cacheName()),
        Tag.OPERATION.withValue(operation(context)),
        Tag.OUTCOME.withValue(context.outcome().name().toLowerCase(Locale.ROOT)));
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(CacheActivityContext context) {
    return KeyValues.of(Tag.KEYS.withValue(String.valueOf(context.keys())));
  }

  private static String operation(CacheActivityContext context) {
    return context.activity() == Activity.MISS
        ? "read"
        : context.activity().name().toLowerCase(Locale.ROOT);
  }
}

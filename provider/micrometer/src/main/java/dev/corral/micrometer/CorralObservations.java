package dev.corral.micrometer;

import dev.corral.jcache.CorralObserver;
import dev.corral.micrometer.CacheActivityContext.Outcome;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns misses, loader and writer calls, flushes and outages into Micrometer observations, from
 * which come spans and timers. Add it to a manager:
 *
 * <pre>{@code
 * manager.unwrap(CorralObservers.class).add(new CorralObservations(registry));
 * }</pre>
 *
 * <p>An observation is the current one while the loader or writer runs, so spans of the database
 * are its children. A load in another thread has the current observation of the thread that needs
 * it as its parent. A flush has no parent. {@link CorralObservationDocumentation} has the names and
 * tags. Safe for many threads.
 */
public final class CorralObservations implements CorralObserver {

  private static final OutageConvention OUTAGE = new OutageConvention();

  private final ObservationRegistry registry;
  private final Map<Activity, CacheActivityConvention> conventions = new EnumMap<>(Activity.class);

  /** The outages that have begun and not ended. Guarded by itself. */
  private final IdentityHashMap<Outage, Observation> outages = new IdentityHashMap<>();

  /** Observations in a registry, which may have other conventions and filters. */
  public CorralObservations(ObservationRegistry registry) {
    this.registry = registry;
    for (Activity activity : Activity.values()) {
      conventions.put(
          activity, new CacheActivityConvention(CorralObservationDocumentation.of(activity)));
    }
  }

  @Override
  public @Nullable Observed begin(Activity activity, String cacheName, int keys) {
    if (registry.isNoop()) {
      return null;
    }
    CacheActivityContext context = new CacheActivityContext(activity, cacheName, keys);
    Observation observation =
        Observation.start(
            null, Objects.requireNonNull(conventions.get(activity)), () -> context, registry);
    Observation.Scope scope = observation.openScope();
    return (complete, failure) -> {
      scope.close();
      if (failure != null) {
        context.end(Outcome.ERROR);
        observation.error(failure);
      } else {
        context.end(complete ? Outcome.COMPLETE : Outcome.INCOMPLETE);
      }
      observation.stop();
    };
  }

  @Override
  public Runnable withContext(Runnable task) {
    Observation current = registry.getCurrentObservation();
    return current == null ? task : () -> current.scoped(task);
  }

  @Override
  public void outageBegan(Outage outage) {
    if (registry.isNoop()) {
      return;
    }
    Observation observation =
        Observation.start(null, OUTAGE, () -> new OutageContext(outage), registry);
    synchronized (outages) {
      outages.put(outage, observation);
    }
  }

  @Override
  public void outageEnded(Outage outage) {
    Observation observation;
    synchronized (outages) {
      observation = outages.remove(outage);
    }
    if (observation != null) {
      observation.stop();
    }
  }
}

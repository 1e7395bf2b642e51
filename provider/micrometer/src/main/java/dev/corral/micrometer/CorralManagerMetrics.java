package dev.corral.micrometer;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.CorralObservers;
import dev.corral.jcache.OutageStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import javax.cache.CacheManager;

/**
 * The meters of all caches of a cache manager, also of those that are opened later; see {@link
 * CorralCacheMetrics}. The meters of a cache disappear when it is closed. In addition, there are
 * the meters of the manager, without the tag {@code cache}: {@code corral.outages}, {@code
 * corral.configuration.errors} and {@code corral.configuration.broken}. Safe for many threads.
 */
public final class CorralManagerMetrics implements MeterBinder, AutoCloseable {

  private final CorralObservers observers;
  private final Iterable<Tag> tags;
  private final Function<String, ? extends Iterable<Tag>> cacheTags;
  private final List<Binding> bindings = new CopyOnWriteArrayList<>();

  /**
   * A binder whose meters all have the same further tags.
   *
   * @param manager a cache manager of Corral
   * @throws IllegalArgumentException if the manager is not one of Corral's
   */
  public CorralManagerMetrics(CacheManager manager, Iterable<Tag> tags) {
    this(manager, tags, cacheName -> tags);
  }

  /**
   * A binder with further tags for each cache. All caches must have the same keys of tags, because
   * Prometheus requires it.
   *
   * @param manager a cache manager of Corral
   * @param tags the tags of the meters of the manager
   * @param cacheTags the tags of the meters of a cache, by the name of the cache
   * @throws IllegalArgumentException if the manager is not one of Corral's
   */
  public CorralManagerMetrics(
      CacheManager manager,
      Iterable<Tag> tags,
      Function<String, ? extends Iterable<Tag>> cacheTags) {
    this.observers = manager.unwrap(CorralObservers.class);
    this.tags = Tags.of(tags);
    this.cacheTags = cacheTags;
  }

  /** Binds the meters of all open caches now, and those of other caches when they are opened. */
  @Override
  public void bindTo(MeterRegistry registry) {
    Binding binding = new Binding(registry);
    bindings.add(binding);
    binding.bindManager();
    observers.add(binding);
  }

  /** Removes all meters from their registries. Binds no further caches. */
  @Override
  public void close() {
    for (Binding binding : bindings) {
      observers.remove(binding);
      binding.close();
    }
    bindings.clear();
  }

  /** The meters in one registry. */
  private final class Binding implements CorralObserver {

    private final MeterRegistry registry;
    private final QueueRounds rounds = new QueueRounds();
    private final Map<CorralCache<?, ?>, CorralCacheMetrics> caches = new LinkedHashMap<>();
    private final List<Meter> ofManager = new ArrayList<>();
    private boolean closed;
    private double openedTimes;
    private double errors;

    Binding(MeterRegistry registry) {
      this.registry = registry;
    }

    synchronized void bindManager() {
      ofManager.add(
          FunctionCounter.builder("corral.outages", this, Binding::outages)
              .tags(tags)
              .description("How often an outage began")
              .register(registry));
      ofManager.add(
          FunctionCounter.builder("corral.configuration.errors", this, Binding::errors)
              .tags(tags)
              .description("Logins and commands that Redis refused")
              .register(registry));
      ofManager.add(
          Gauge.builder("corral.configuration.broken", this, Binding::broken)
              .tags(tags)
              .description("1 while Redis refuses the login or a command, otherwise 0")
              .register(registry));
    }

    @Override
    public synchronized void cacheOpened(CorralCache<?, ?> cache) {
      if (!closed && !caches.containsKey(cache)) {
        CorralCacheMetrics metrics =
            new CorralCacheMetrics(cache, cacheTags.apply(cache.getName()), rounds);
        caches.put(cache, metrics);
        metrics.bindTo(registry);
      }
    }

    @Override
    public synchronized void cacheClosed(CorralCache<?, ?> cache) {
      CorralCacheMetrics metrics = caches.remove(cache);
      if (metrics != null) {
        metrics.removeFrom(registry);
      }
    }

    synchronized void close() {
      closed = true;
      caches.values().forEach(metrics -> metrics.removeFrom(registry));
      caches.clear();
      ofManager.forEach(registry::remove);
    }

    private double outages() {
      openedTimes = shared(OutageStatistics::openedTimes, openedTimes);
      return openedTimes;
    }

    private double errors() {
      errors = shared(OutageStatistics::configurationErrors, errors);
      return errors;
    }

    private double broken() {
      return shared(it -> it.configurationError() == null ? 0 : 1, 0);
    }

    /** A figure that all caches of the manager share; the last value if none is open. */
    private synchronized double shared(ToDoubleFunction<OutageStatistics> figure, double last) {
      for (CorralCache<?, ?> cache : caches.keySet()) {
        double value = CacheMeters.orNan(cache, it -> figure.applyAsDouble(it.outageStatistics()));
        if (!Double.isNaN(value)) {
          return value;
        }
      }
      return last;
    }
  }
}

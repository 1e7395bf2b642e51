package dev.corral.micrometer;

import dev.corral.jcache.CorralCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Registers meters that read one cache, and remembers them. The meters do not keep the cache alive.
 * A meter of a closed cache never throws: a counter keeps its last value, a gauge is NaN.
 */
final class CacheMeters {

  private final MeterRegistry registry;
  private final CorralCache<?, ?> cache;
  private final Iterable<Tag> tags;
  private final List<Meter> registered = new ArrayList<>();

  CacheMeters(MeterRegistry registry, CorralCache<?, ?> cache, Iterable<Tag> tags) {
    this.registry = registry;
    this.cache = cache;
    this.tags = tags;
  }

  /** The meters that were registered so far. */
  List<Meter> registered() {
    return registered;
  }

  /**
   * A number that only grows.
   *
   * @param more keys and values of further tags
   */
  void counter(
      String name, String meaning, ToDoubleFunction<CorralCache<?, ?>> number, String... more) {
    registered.add(
        FunctionCounter.builder(name, cache, new LastValue(number))
            .tags(tags)
            .tags(more)
            .description(meaning)
            .register(registry));
  }

  /** A time that only grows, as a counter in seconds. */
  void seconds(String name, String meaning, Function<CorralCache<?, ?>, Duration> time) {
    registered.add(
        FunctionCounter.builder(name, cache, new LastValue(it -> seconds(time.apply(it))))
            .tags(tags)
            .description(meaning)
            .baseUnit("seconds")
            .register(registry));
  }

  /** How often something happened, and the time that it took. */
  void timer(
      String name,
      String meaning,
      ToLongFunction<CorralCache<?, ?>> count,
      Function<CorralCache<?, ?>, Duration> time) {
    LastValue counted = new LastValue(count::applyAsLong);
    LastValue timed = new LastValue(it -> time.apply(it).toNanos());
    registered.add(
        FunctionTimer.builder(
                name, cache, it -> (long) counted.applyAsDouble(it), timed, TimeUnit.NANOSECONDS)
            .tags(tags)
            .description(meaning)
            .register(registry));
  }

  /** A number that rises and falls. */
  void gauge(
      String name, String meaning, ToDoubleFunction<CorralCache<?, ?>> number, String... more) {
    registered.add(
        Gauge.builder(name, cache, it -> orNan(it, number))
            .tags(tags)
            .tags(more)
            .description(meaning)
            .register(registry));
  }

  /** A time in seconds that rises and falls. */
  void timeGauge(String name, String meaning, ToDoubleFunction<CorralCache<?, ?>> seconds) {
    registered.add(
        TimeGauge.builder(name, cache, TimeUnit.SECONDS, it -> orNan(it, seconds))
            .tags(tags)
            .description(meaning)
            .register(registry));
  }

  /** A duration in seconds. */
  static double seconds(Duration time) {
    return time.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** The number; NaN if the cache is closed. */
  static double orNan(CorralCache<?, ?> cache, ToDoubleFunction<CorralCache<?, ?>> number) {
    try {
      return number.applyAsDouble(cache);
    } catch (RuntimeException e) {
      return Double.NaN;
    }
  }

  /** Reads a number, and repeats the last one when the cache is closed or the number unknown. */
  private static final class LastValue implements ToDoubleFunction<CorralCache<?, ?>> {

    private final ToDoubleFunction<CorralCache<?, ?>> number;
    private volatile double last;

    LastValue(ToDoubleFunction<CorralCache<?, ?>> number) {
      this.number = number;
    }

    @Override
    public double applyAsDouble(CorralCache<?, ?> cache) {
      double now = orNan(cache, number);
      if (!Double.isNaN(now)) {
        last = now;
      }
      return last;
    }
  }
}

package dev.corral.micrometer;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerificationStatistics.Stale;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** The meters of a cache whose hits are compared with the loader. */
final class VerificationMeters {

  private VerificationMeters() {}

  /** Registers the meters. */
  static void bind(CacheMeters meters, CorralCache<?, ?> cache) {
    hits(meters, "compared", VerificationStatistics::compared);
    hits(meters, "unknown", VerificationStatistics::unknown);
    hits(meters, "skipped", VerificationStatistics::skipped);
    List<Stale> ages = cache.verificationStatistics().stale();
    for (int i = 0; i < ages.size(); i++) {
      int position = i;
      meters.counter(
          "corral.verified.stale",
          "Compared hits that were stale for at least the age, in seconds",
          it -> it.verificationStatistics().stale().get(position).hits(),
          "age",
          seconds(ages.get(i).age()));
    }
    counter(
        meters,
        "corral.verified.in.flight",
        "Differences that did not last",
        VerificationStatistics::inFlight);
    counter(
        meters,
        "corral.verified.loader.behind",
        "Stale hits for which the loader later had the value of the entry",
        VerificationStatistics::loaderBehind);
    counter(
        meters,
        "corral.verified.repaired",
        "Entries that were removed because they differed",
        VerificationStatistics::repaired);
  }

  private static void hits(
      CacheMeters meters, String result, ToLongFunction<VerificationStatistics> number) {
    meters.counter(
        "corral.verified.hits",
        "Hits of the sample, by whether they were compared with the loader",
        it -> number.applyAsLong(it.verificationStatistics()),
        "result",
        result);
  }

  private static void counter(
      CacheMeters meters,
      String name,
      String meaning,
      ToLongFunction<VerificationStatistics> number) {
    meters.counter(name, meaning, it -> number.applyAsLong(it.verificationStatistics()));
  }

  /** A duration in seconds, without a fraction if it has none. */
  private static String seconds(Duration age) {
    return age.toMillisPart() == 0
        ? String.valueOf(age.toSeconds())
        : String.format(Locale.ROOT, "%d.%03d", age.toSeconds(), age.toMillisPart())
            .replaceAll("0+$", "");
  }
}

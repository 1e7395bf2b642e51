package dev.corral.examples.patterns;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerifyOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheManager;

/** An experiment about rows that change without the cache. */
final class VerificationExperiment {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

  private final CacheManager manager;
  private final CountingDatabase database;
  private final CountryTable table;

  VerificationExperiment(CacheManager manager, CountingDatabase database, CountryTable table) {
    this.manager = manager;
    this.database = database;
    this.table = table;
  }

  /** Compares every hit with the table, which a statement has changed. */
  @SuppressWarnings("unchecked")
  Experiment run() throws SQLException, InterruptedException {
    VerifyOptions verifying =
        VerifyOptions.ofSample(1).withDelay(Duration.ofMillis(200)).withRepair(true);
    var configuration = Experiments.reading(table).verify(verifying).build();
    CorralCache<String, Country> cache =
        manager.createCache("verified", configuration).unwrap(CorralCache.class);
    List<String> codes = List.of("EE", "LT", "LV", "MT", "PL", "RO", "SI", "SK");
    codes.forEach(cache::get);
    try (Connection connection = database.connect()) {
      InvalidationExperiments.rename(connection, Set.of("EE", "LT"));
    }
    codes.forEach(cache::get);
    VerificationStatistics found = awaitResults(cache, codes.size());
    return new Experiment(
        "verification",
        "rename 2 of 8 cached countries by SQL, then get() all 8",
        "entries repaired",
        2,
        found.repaired(),
        "%d of %d reads were stale for 200 ms or longer"
            .formatted(found.staleHits(), found.compared()));
  }

  private static VerificationStatistics awaitResults(CorralCache<?, ?> cache, int number)
      throws InterruptedException {
    long endNanos = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (true) {
      VerificationStatistics found = cache.verificationStatistics();
      boolean isDone = found.compared() >= number && found.repaired() >= found.staleHits();
      if (isDone || System.nanoTime() - endNanos > 0) {
        return found;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}

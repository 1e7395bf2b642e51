package dev.corral.examples.patterns;

import dev.corral.jcache.CorralCacheLoader;
import dev.corral.jcache.LoadContext;
import dev.corral.jcache.LoadResult;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A loader of countries with versions, which confirms a value that the cache still has. */
final class VersionedTable implements CorralCacheLoader<String, Country> {

  private final CountryTable table;
  private final AtomicInteger confirmed = new AtomicInteger();

  VersionedTable(CountryTable table) {
    this.table = table;
  }

  /** The number of values that were not modified. */
  int confirmed() {
    return confirmed.get();
  }

  @Override
  public LoadResult<Country> load(String code, LoadContext<Country> context) {
    Country country = table.load(code);
    return country == null ? LoadResult.absent() : result(country, context);
  }

  @Override
  public Map<String, LoadResult<Country>> loadAll(Map<String, LoadContext<Country>> contexts) {
    Map<String, Country> countries = table.loadAll(contexts.keySet());
    Map<String, LoadResult<Country>> results = new HashMap<>();
    contexts.forEach(
        (code, context) -> {
          Country country = countries.get(code);
          if (country != null) {
            results.put(code, result(country, context));
          }
        });
    return results;
  }

  private LoadResult<Country> result(Country country, LoadContext<Country> context) {
    String version = Integer.toHexString(country.hashCode());
    if (version.equals(context.version())) {
      confirmed.incrementAndGet();
      return LoadResult.notModified();
    }
    return LoadResult.of(country).withVersion(version);
  }
}

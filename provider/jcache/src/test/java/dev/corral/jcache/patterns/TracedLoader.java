package dev.corral.jcache.patterns;

import dev.corral.jcache.fixtures.RawRedis;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import javax.cache.integration.CacheLoader;

/**
 * A loader that appends the begin and the end of each of its calls to the list {@code test:calls},
 * as {@code +process} and {@code -process}.
 */
final class TracedLoader implements CacheLoader<String, String> {

  private final RawRedis redis;
  private final long millis;
  private final String process = String.valueOf(ProcessHandle.current().pid());

  TracedLoader(URI redis, long millis) {
    this.redis = RawRedis.connect(redis);
    this.millis = millis;
  }

  @Override
  public String load(String key) {
    append('+');
    CountingLoaderWriter.sleep(millis);
    append('-');
    return "loaded";
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> values = new HashMap<>();
    keys.forEach(key -> values.put(key, "loaded"));
    load("");
    return values;
  }

  private synchronized void append(char sign) {
    redis.call("RPUSH", "test:calls", sign + process);
  }
}

package dev.corral.jcache.callpath;

import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;

/** Calls a cache between two markers, in a JVM that a debugger traces. */
final class TracedApplication {

  private static final String VALUE = "a text of some length, such as a name, an address or JSON";

  private TracedApplication() {}

  public static void main(String[] arguments) {
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      Cache<String, String> cache =
          provider
              .getCacheManager(URI.create("embedded:/"), null, patient())
              .createCache(
                  "traced",
                  new MutableConfiguration<String, String>().setTypes(String.class, String.class));
      cache.put("key", VALUE);
      cache.get("key");
      begin("put");
      cache.put("key", VALUE);
      end();
      begin("get");
      cache.get("key");
      end();
    }
  }

  /** The debugger stops this JVM at each method, which must not look like an outage. */
  private static Properties patient() {
    Properties properties = new Properties();
    properties.setProperty("corral.redis.timeout", "60s");
    properties.setProperty("corral.redis.connect-timeout", "60s");
    return properties;
  }

  static void begin(String call) {}

  static void end() {}
}

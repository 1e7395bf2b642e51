package dev.corral.jcache.outage;

import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * A JVM that changes the database while it cannot reach Redis. It writes "ready", then "written"
 * after it has put 100 for each key during the outage, then "back" after its repairs.
 */
public final class CutOffWorker {

  private CutOffWorker() {}

  public static void main(String[] arguments) throws Exception {
    SharedTable table = SharedTable.connect(arguments[1]);
    CorralCache<String, Integer> cache =
        (CorralCache<String, Integer>)
            new CorralCachingProvider()
                .getCacheManager(URI.create(arguments[0]), null)
                .createCache("numbers", table.configuration(/* readBeforeWrite= */ false));
    cache.get("k");
    System.out.println("ready");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              cache.get("k");
              return cache.outageStatistics().away();
            });
    List.of(arguments).subList(2, arguments.length).forEach(key -> cache.put(key, 100));
    System.out.println("written");
    await().atMost(Duration.ofSeconds(20)).until(() -> !cache.outageStatistics().away());
    System.out.println("back");
    Thread.sleep(60_000);
  }
}

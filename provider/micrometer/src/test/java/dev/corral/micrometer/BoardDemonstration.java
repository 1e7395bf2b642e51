package dev.corral.micrometer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.expiry.CreatedExpiryPolicy;

/**
 * Serves the meters of three caches under load to Prometheus, for the picture of the board. Redis
 * is stopped for a while. Arguments: the port, how many seconds to run, when Redis stops, and when
 * it starts again.
 */
final class BoardDemonstration {

  private static final int KEYS = 2_000;

  private BoardDemonstration() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    int stop = Integer.parseInt(arguments[2]);
    int start = Integer.parseInt(arguments[3]);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    http.createContext(
        "/metrics",
        exchange -> {
          byte[] body = registry.scrape().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    try (OwnServer redis = new OwnServer();
        Caches caches = new Caches(redis.uri("timeout=300ms&advice=false"))) {
      new CorralManagerMetrics(caches.manager(), Tags.empty()).bindTo(registry);
      var users = caches.cache("users", loading().build());
      var prices =
          caches.cache("prices", loading().nearCache(NearCacheOptions.ofEntries(1_000)).build());
      var orders =
          caches.cache(
              "orders",
              Caches.writing(Caches.writer())
                  .writeBehind(
                      WriteBehindOptions.DEFAULTS
                          .withDelay(Duration.ofSeconds(5))
                          .withRetries(2, Duration.ofMillis(100), Duration.ofSeconds(1)))
                  .build());
      for (int second = 0; second < seconds; second++) {
        if (second == stop) {
          redis.stop();
        } else if (second == start) {
          redis.restart();
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (System.nanoTime() < end) {
          step(users, prices, orders);
        }
      }
    } finally {
      http.stop(0);
    }
  }

  private static CorralConfiguration.Builder<String, String> loading() {
    return Caches.loading(Caches.slowLoader(Duration.ofMillis(5)))
        .standard(
            it ->
                it.setExpiryPolicyFactory(
                    CreatedExpiryPolicy.factoryOf(
                        new javax.cache.expiry.Duration(TimeUnit.SECONDS, 30))))
        .loading(LoadOptions.DEFAULTS.withNegativeTimeToLive(Duration.ofSeconds(20)));
  }

  private static void step(
      Cache<String, String> users, Cache<String, String> prices, Cache<String, String> orders)
      throws InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String key = String.valueOf((int) Math.min(KEYS, Math.abs(random.nextGaussian()) * KEYS / 3));
    users.get(random.nextInt(50) == 0 ? "absent" + key : key);
    prices.get(key);
    prices.get(key);
    if (random.nextInt(4) == 0) {
      orders.put(random.nextInt(2_000) == 0 ? "broken" + key : key, "ordered");
    }
    if (random.nextInt(40) == 0) {
      users.remove(key);
    }
    TimeUnit.MILLISECONDS.sleep(2);
  }
}

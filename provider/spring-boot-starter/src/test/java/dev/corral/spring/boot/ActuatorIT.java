package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.cache.CacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/** The health indicator and the endpoint for caches, whose classes have other names in Boot 4. */
final class ActuatorIT {

  /** The status and the details of the indicator. */
  private static String health(ApplicationContext context) throws Exception {
    Object indicator = context.getBean("corralHealthIndicator");
    Object health = indicator.getClass().getMethod("health").invoke(indicator);
    return health.toString();
  }

  @Test
  void health_whileRedisIsDown_isDegradedAndNamesTheCaches() {
    try (OwnRedis redis = new OwnRedis()) {
      Applications.of(Library.Beans.class, redis.property(), "corral.redis.timeout=300ms")
          .run(
              context -> {
                assertThat(health(context)).contains("UNKNOWN", "openCaches=0");
                Objects.requireNonNull(context.getBean(Library.class).plain("Emma"));
                assertThat(health(context)).contains("UP", "openCaches=1");

                redis.stop();
                assertThat(health(context)).contains("DEGRADED", "error=");
                redis.start();
              });
    }
  }

  @Test
  void health_withAnotherOutageStatus_hasIt() {
    OwnRedis redis = new OwnRedis();
    redis.close();
    Applications.of(
            Library.Beans.class,
            redis.property(),
            "corral.caches.plain.time-to-live=1m",
            "corral.spring.outage-status=DOWN")
        .run(context -> assertThat(health(context)).contains("DOWN", "plain={"));
  }

  @Test
  void health_switchedOff_isAbsent() {
    Applications.of(Library.Beans.class, "management.health.corral.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean("corralHealthIndicator"));
  }

  @Test
  void cachesEndpoint_withDeclaredAndOpenCaches_listsThemAndClears() {
    Applications.of(Library.Beans.class, "spring.cache.cache-names=authors")
        .run(
            context -> {
              CacheManager manager = context.getBean(CacheManager.class);
              Objects.requireNonNull(manager.getCache("books")).put("a", "b");
              Object endpoint = endpoint(Map.of("cacheManager", manager));

              Object report = endpoint.getClass().getMethod("caches").invoke(endpoint);
              Object managers = report.getClass().getMethod("getCacheManagers").invoke(report);
              Object entry = Objects.requireNonNull(((Map<?, ?>) managers).get("cacheManager"));
              Object caches = entry.getClass().getMethod("getCaches").invoke(entry);
              assertThat(((Map<?, ?>) caches).keySet().toString())
                  .contains("authors")
                  .contains("books");

              endpoint.getClass().getMethod("clearCaches").invoke(endpoint);
              assertThat(Objects.requireNonNull(manager.getCache("books")).get("a")).isNull();
            });
  }

  private static Object endpoint(Map<String, CacheManager> managers) throws Exception {
    String name =
        ClassUtils.isPresent("org.springframework.boot.actuate.cache.CachesEndpoint", null)
            ? "org.springframework.boot.actuate.cache.CachesEndpoint"
            : "org.springframework.boot.cache.actuate.endpoint.CachesEndpoint";
    return Class.forName(name).getConstructor(Map.class).newInstance(managers);
  }
}

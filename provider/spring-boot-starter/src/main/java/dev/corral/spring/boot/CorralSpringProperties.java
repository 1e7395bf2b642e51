package dev.corral.spring.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Corral is used by Spring. The settings of Corral itself have the names {@code
 * corral.redis.…}, {@code corral.defaults.…}, {@code corral.templates.…} and {@code
 * corral.caches.…}.
 *
 * @param enabled Whether Corral is the cache manager of the application.
 * @param enableCaching Whether to switch on Spring's cache annotations, as EnableCaching does.
 * @param createCaches Whether a cache that no setting declares is created when it is first used.
 * @param allowApplicationPackages Whether values may contain the classes of the application's own
 *     packages, which are those of its main class and below.
 * @param singleFlight Whether a method with a plain Cacheable runs once for concurrent calls with
 *     the same key, as with sync = true.
 * @param useRedissonClient Whether Corral uses the RedissonClient bean of the application, which is
 *     possible with the jar "thin" only.
 * @param outageStatus The status of the health indicator while Redis is unavailable.
 * @param transactionAware Whether puts and evictions in a transaction wait for its commit.
 */
@ConfigurationProperties("corral.spring")
record CorralSpringProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("true") boolean enableCaching,
    @DefaultValue("true") boolean createCaches,
    @DefaultValue("true") boolean allowApplicationPackages,
    @DefaultValue("true") boolean singleFlight,
    @DefaultValue("true") boolean useRedissonClient,
    @DefaultValue("DEGRADED") String outageStatus,
    @DefaultValue("false") boolean transactionAware) {}

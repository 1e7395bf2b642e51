/**
 * Spring's cache abstraction over Corral: a {@code CacheManager} whose caches run a cached method
 * once in all JVMs, also for methods that return futures and reactive types, and keep an
 * application running during an outage of Redis.
 */
@NullMarked
package dev.corral.spring;

import org.jspecify.annotations.NullMarked;

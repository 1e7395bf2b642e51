/**
 * Corral: a JCache provider over Redis and Valkey.
 *
 * <p>The map. A call of {@code cache.get(key)} goes through these packages from top to bottom, and
 * its outcome comes back the same way; begin with {@code internal.manager.CacheAssembler}, whose
 * list of stages is the architecture.
 *
 * <pre>
 * (here)                 what a user builds, CorralConfiguration, and asks, CorralCache
 * spi                    the provider that Caching finds; codecs that a user may implement
 * internal.manager       lifecycle and wiring: the only place that makes a collaborator
 * internal.config        file, properties and code: one validated configuration
 * internal.cache         a javax.cache method, the request it makes, its result
 * internal.pipeline      the stops of a request, in this order:
 *   .statistics            times it, counts the outcome
 *   .near                  answers reads from this JVM, and forgets what changed
 *   .loading               on a miss: asks the loader, stores what it gives
 *   .events                tells listeners what changed
 *   .writing               the database has a change before the cache, or from a queue
 * internal.store         decides and commits an entry in Redis, atomically
 * internal.outage        whether Redis can be asked, and what to do if not
 * internal.feed          carries committed changes to every JVM that listens
 * internal.redis         the Redis vocabulary: clients, key names, codecs, scripts
 * internal.entry         the words all of the above speak
 * </pre>
 */
@NullMarked
package dev.corral.jcache;

import org.jspecify.annotations.NullMarked;

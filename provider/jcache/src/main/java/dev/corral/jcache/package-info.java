/**
 * Corral: a JCache provider over Redis and Valkey. This package is its public API.
 *
 * <p>Applications use the JCache API. {@link dev.corral.jcache.CorralConfiguration} has options
 * that the standard does not have, and {@link dev.corral.jcache.CorralCache} has further operations
 * and statistics.
 *
 * <p>To read the code, begin with {@code internal.manager.CacheAssembly}: its method {@code stages}
 * has the list of the stages. A call goes down this path, and its outcome returns the same way:
 * {@code RedisCache → stages → CommitStage → EntryStore → RequestBatcher → RedisCommands}. {@code
 * RedisCache} makes a request of a {@code javax.cache} method. The stages, such as near cache,
 * read-through and events, answer the request or pass it on. {@code CommitStage}, the last one,
 * calls the {@code EntryStore}, which decides and commits in Redis, atomically. {@code
 * RequestBatcher} sends concurrent requests as one batch, by {@code RedisCommands}.
 *
 * <p>The packages, from top to bottom. A class depends on its own package and on packages below it;
 * {@code ArchitectureTest} checks this.
 *
 * <pre>
 * spi                   the CachingProvider that javax.cache.Caching finds
 * internal.manager      lifecycle and wiring of managers and caches; the list of the stages
 * internal.config       settings from code, URI, properties, environment and file
 * internal.cache        the javax.cache.Cache: a method becomes a request, its outcome a result
 * internal.pipeline     the stages that a request passes, in this order:
 *   .statistics           counts outcomes and measures their time
 *   .near                 answers reads from the memory of this JVM
 *   .hot                  counts a sample of the reads, for the hottest keys
 *   .verify               compares a sample of the hits with the loader
 *   .loading              calls the loader on a miss, and during an outage
 *   .events               makes callers wait until their synchronous listeners have run
 *   .writing              write-through and write-behind
 *   .outage               what each operation does during an outage
 *   .commit               decides in Redis or in this JVM, and commits
 * internal.outage       the circuit breaker, and the repair of changed keys after an outage
 * internal.store        entries in Redis
 *   .locks                key locks and load locks
 *   .queue                the write-behind queue
 * internal.feed         changes and invalidations, from Redis to all JVMs
 * internal.codec        bytes and texts of
 *   .keys                 keys: the canonical key text
 *   .values               values: Kryo, the allow-list, the class table
 * internal.redis        Redis commands, scripts and key names
 *   .client               Redisson clients
 *   .embedded             the embedded server
 *   .batch                the request batcher
 *   .settings             how to connect
 * internal.entry        operation, snapshot and outcome of one entry; no I/O
 * (this package)        configuration, options and statistics
 * codec                 what an application may implement: key codecs and value codecs
 * </pre>
 */
@NullMarked
package dev.corral.jcache;

import org.jspecify.annotations.NullMarked;

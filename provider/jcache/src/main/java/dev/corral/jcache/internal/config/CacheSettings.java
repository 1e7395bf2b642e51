package dev.corral.jcache.internal.config;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EffectiveSetting;
import java.util.List;
import java.util.function.Function;

/**
 * The settings of one cache: those of the code, of all places, and the defaults.
 *
 * @param configuration the options of the cache
 * @param maxDecodedBytes how much memory decoding one value may allocate, however short it is
 * @param effective lists the settings with their places; its argument is the current configuration,
 *     because statistics and management may be switched later
 */
public record CacheSettings<K, V>(
    CorralConfiguration<K, V> configuration,
    long maxDecodedBytes,
    Function<CorralConfiguration<K, V>, List<EffectiveSetting>> effective) {}

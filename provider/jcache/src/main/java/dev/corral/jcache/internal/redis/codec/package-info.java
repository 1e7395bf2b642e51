/**
 * The form of keys and values in Redis.
 *
 * <p>{@link dev.corral.jcache.internal.redis.codec.KeyCodecs} makes the canonical text of a key,
 * {@link dev.corral.jcache.internal.redis.codec.KryoValueCodec} the bytes of a value, and {@link
 * dev.corral.jcache.internal.redis.codec.AllowList} says which classes either may touch.
 */
@NullMarked
package dev.corral.jcache.internal.redis.codec;

import org.jspecify.annotations.NullMarked;

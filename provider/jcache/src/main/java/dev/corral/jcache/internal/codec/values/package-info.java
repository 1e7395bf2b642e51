/**
 * Values as bytes. The entry point is {@link
 * dev.corral.jcache.internal.codec.values.KryoValueCodec}; {@link
 * dev.corral.jcache.internal.codec.values.AllowList} defines the classes that it writes and reads.
 */
@NullMarked
package dev.corral.jcache.internal.codec.values;

import org.jspecify.annotations.NullMarked;

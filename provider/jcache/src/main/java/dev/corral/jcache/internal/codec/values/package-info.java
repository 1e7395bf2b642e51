/**
 * The bytes of a value; {@link dev.corral.jcache.internal.codec.values.KryoValueCodec} is the entry
 * point, and {@link dev.corral.jcache.internal.codec.values.AllowList} says which classes it may
 * read and write.
 */
@NullMarked
package dev.corral.jcache.internal.codec.values;

import org.jspecify.annotations.NullMarked;

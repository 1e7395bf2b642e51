/**
 * The canonical text of a key; {@link dev.corral.jcache.internal.codec.keys.KeyCodecs} is the entry
 * point.
 */
@NullMarked
package dev.corral.jcache.internal.codec.keys;

import org.jspecify.annotations.NullMarked;

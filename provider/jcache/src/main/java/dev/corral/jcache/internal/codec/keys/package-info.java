/**
 * Canonical key texts. The entry point is {@link dev.corral.jcache.internal.codec.keys.KeyCodecs}.
 */
@NullMarked
package dev.corral.jcache.internal.codec.keys;

import org.jspecify.annotations.NullMarked;

/**
 * Codecs of keys and values: interfaces that an application may implement, and the keys that
 * encrypt values.
 */
@NullMarked
package dev.corral.jcache.codec;

import org.jspecify.annotations.NullMarked;

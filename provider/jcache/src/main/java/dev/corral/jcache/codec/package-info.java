/**
 * Codecs of keys and values: interfaces, of which an application may implement {@code KeyCodec}.
 */
@NullMarked
package dev.corral.jcache.codec;

import org.jspecify.annotations.NullMarked;

/** Codecs of keys and values: the interfaces that a user may implement. */
@NullMarked
package dev.corral.jcache.codec;

import org.jspecify.annotations.NullMarked;

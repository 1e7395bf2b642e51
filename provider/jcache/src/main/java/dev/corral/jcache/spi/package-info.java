/** What a user may implement or name: the provider itself and the codecs of keys and values. */
@NullMarked
package dev.corral.jcache.spi;

import org.jspecify.annotations.NullMarked;

/** The stops that a request makes on its way to the store and back, and the chain of them. */
@NullMarked
package dev.corral.jcache.internal.pipeline;

import org.jspecify.annotations.NullMarked;

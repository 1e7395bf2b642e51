/** Records which keys are read most often. */
@NullMarked
package dev.corral.jcache.internal.pipeline.hot;

import org.jspecify.annotations.NullMarked;

/** The last stage of the pipeline, which commits an operation to the store. */
@NullMarked
package dev.corral.jcache.internal.pipeline.commit;

import org.jspecify.annotations.NullMarked;

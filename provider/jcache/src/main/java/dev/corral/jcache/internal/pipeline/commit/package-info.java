/** The innermost stage: hands an operation to the store. */
@NullMarked
package dev.corral.jcache.internal.pipeline.commit;

import org.jspecify.annotations.NullMarked;

/** Read-through: loads missing keys, refreshes entries, and calls the loader during an outage. */
@NullMarked
package dev.corral.jcache.internal.pipeline.loading;

import org.jspecify.annotations.NullMarked;

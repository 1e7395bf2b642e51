/** What each operation does during an outage of Redis. */
@NullMarked
package dev.corral.jcache.internal.pipeline.outage;

import org.jspecify.annotations.NullMarked;

/** Outages of Redis: the circuit breaker, and the repair of each cache afterwards. */
@NullMarked
package dev.corral.jcache.internal.outage;

import org.jspecify.annotations.NullMarked;

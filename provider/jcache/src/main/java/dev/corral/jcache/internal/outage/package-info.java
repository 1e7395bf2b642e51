/** Knows whether Redis can be asked, what to do meanwhile, and what to repair afterwards. */
@NullMarked
package dev.corral.jcache.internal.outage;

import org.jspecify.annotations.NullMarked;

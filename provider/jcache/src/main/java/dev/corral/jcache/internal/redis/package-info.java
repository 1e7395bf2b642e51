/** The Redis vocabulary: clients, key names, the stored envelope, scripts, the embedded server. */
@NullMarked
package dev.corral.jcache.internal.redis;

import org.jspecify.annotations.NullMarked;

/**
 * For tests of applications that use Corral: a JUnit Jupiter extension with a Redis, isolation of
 * tests from each other, outages, and expiry without waiting.
 *
 * <p>Begin with {@link dev.corral.jcache.test.CorralTest}.
 */
@NullMarked
package dev.corral.jcache.test;

import org.jspecify.annotations.NullMarked;

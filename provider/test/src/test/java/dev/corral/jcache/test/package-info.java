/** Tests of the kit, on the oldest JUnit that it supports. */
@NullMarked
package dev.corral.jcache.test;

import org.jspecify.annotations.NullMarked;

/**
 * Lifecycle and wiring: cache managers, and the classes that create and connect the collaborators
 * of a cache. {@code CacheAssembly.stages} has the list of the stages that an operation passes.
 */
@NullMarked
package dev.corral.jcache.internal.manager;

import org.jspecify.annotations.NullMarked;

/**
 * Resolves the URI of a cache manager, its properties, the environment and a file to validated
 * {@link dev.corral.jcache.internal.config.Settings}. The entry point is {@link
 * dev.corral.jcache.internal.config.SettingsResolver}.
 */
@NullMarked
package dev.corral.jcache.internal.config;

import org.jspecify.annotations.NullMarked;

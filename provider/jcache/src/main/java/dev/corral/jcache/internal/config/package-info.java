/**
 * From a manager's URI, its properties, the environment and a file to one validated {@link
 * dev.corral.jcache.internal.config.Settings}. Start reading at {@link
 * dev.corral.jcache.internal.config.SettingsResolver}.
 */
@NullMarked
package dev.corral.jcache.internal.config;

import org.jspecify.annotations.NullMarked;

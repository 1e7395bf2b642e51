/** Tests of the meters and observations, with real caches. */
package dev.corral.micrometer;

package dev.corral.jcache;

/**
 * The counters of what this JVM could not decode, since the cache was opened. Immutable.
 *
 * <p>An entry with such a value is absent for this JVM, and remains in Redis for the other JVMs:
 * its class is missing here, has other fields, or is not allowed, or the bytes are damaged. The log
 * has each reason once.
 *
 * @param undecodableValues how often a value was read and could not be decoded; a value that is
 *     read twice counts twice
 * @param undecodableKeys how often an iteration or a list of dead letters skipped a key because its
 *     text could not be decoded, or because it is not of the configured type
 */
public record DecodingStatistics(long undecodableValues, long undecodableKeys) {}

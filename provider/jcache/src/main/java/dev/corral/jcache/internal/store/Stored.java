package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * What stood in Redis at one moment.
 *
 * @param generation of the bucket; without one there is no entry either
 * @param entry the bytes of an entry, of this generation or another one
 */
record Stored(long generation, byte @Nullable [] entry) {

  static final Stored NOTHING = new Stored(0, null);

  static Stored of(byte @Nullable [] generation, byte @Nullable [] entry) {
    return generation == null || entry == null ? NOTHING : new Stored(number(generation), entry);
  }

  static long number(byte[] generation) {
    return Long.parseLong(new String(generation, UTF_8));
  }
}

package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * What stood in Redis at one moment.
 *
 * @param generation of the bucket; without one there is no entry either
 * @param entry the bytes of an entry, of this generation or another one
 */
public record RawEntry(long generation, byte @Nullable [] entry) {

  public static final RawEntry NONE = new RawEntry(0, null);

  public static RawEntry of(byte @Nullable [] generation, byte @Nullable [] entry) {
    return generation == null || entry == null ? NONE : new RawEntry(number(generation), entry);
  }

  static long number(byte[] generation) {
    return Long.parseLong(new String(generation, UTF_8));
  }
}

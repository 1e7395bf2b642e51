package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * The stored bytes of an entry, read together with the generation of its bucket.
 *
 * @param generation of the bucket; 0 if there is none, and then there is no entry either
 * @param entry of this generation or another one; null if nothing is stored
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

package dev.corral.jcache.internal.config;

import java.util.List;
import java.util.OptionalLong;

/**
 * Which keys and values the caches of a manager may store and read.
 *
 * @param allowedClasses patterns of classes that may occur in keys and values, in the syntax of
 *     {@link java.io.ObjectInputFilter}, for instance {@code com.shop.**}
 * @param maxDecodedBytes how much memory decoding one value may allocate, however short its stored
 *     form is; empty for the default
 */
public record CodecDefaults(List<String> allowedClasses, OptionalLong maxDecodedBytes) {

  /**
   * Checks the number of bytes.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public CodecDefaults {
    allowedClasses = List.copyOf(allowedClasses);
    if (maxDecodedBytes.isPresent() && maxDecodedBytes.getAsLong() < 0) {
      throw new IllegalArgumentException(
          "corral.defaults.max-decoded-size must not be negative: " + maxDecodedBytes.getAsLong());
    }
  }
}

package dev.corral.jcache.internal.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That entries of a bucket changed, as near.lua puts it.
 *
 * @param before the number of the announcement before it; 0 if there was none
 * @param number its own
 * @param keys the texts of the keys; null for all of the bucket
 */
record Invalidation(long before, long number, @Nullable List<String> keys) {

  private static final byte FORMAT = 1;
  private static final int ALL = -1;

  /**
   * Reads a message.
   *
   * @return null if it is in a format that this release does not know
   */
  static @Nullable Invalidation of(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    try {
      if (in.get() != FORMAT) {
        return null;
      }
      long before = in.getLong();
      long number = in.getLong();
      int count = in.getInt();
      if (count == ALL) {
        return new Invalidation(before, number, null);
      }
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int length = in.getInt();
        keys.add(new String(message, in.position(), length, UTF_8));
        in.position(in.position() + length);
      }
      return new Invalidation(before, number, List.copyOf(keys));
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }
}

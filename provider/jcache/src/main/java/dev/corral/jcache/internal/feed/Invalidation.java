package dev.corral.jcache.internal.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that entries of a bucket have changed, in the format of invalidations.lua.
 *
 * @param previous the number of the change before; 0 if there was none
 * @param number the number of this change
 * @param keys the texts of the changed keys; null if the whole bucket was cleared
 */
record Invalidation(long previous, long number, @Nullable List<String> keys) {

  private static final byte FORMAT = 1;
  private static final int ALL = -1;

  /**
   * Parses a message.
   *
   * @return null if the message is malformed or of an unknown format
   */
  static @Nullable Invalidation of(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    try {
      if (in.get() != FORMAT) {
        return null;
      }
      long previous = in.getLong();
      long number = in.getLong();
      int count = in.getInt();
      if (count == ALL) {
        return new Invalidation(previous, number, null);
      }
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int length = in.getInt();
        keys.add(new String(message, in.position(), length, UTF_8));
        in.position(in.position() + length);
      }
      return new Invalidation(previous, number, List.copyOf(keys));
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }
}

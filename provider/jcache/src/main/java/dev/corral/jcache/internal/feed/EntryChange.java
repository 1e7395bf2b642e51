package dev.corral.jcache.internal.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One committed change, in the format that events.lua publishes.
 *
 * @param jvmId the JVM that made the change
 * @param sequence the change sequence that this JVM assigned; 0 if no caller waits for the change
 * @param key the text of the key
 * @param value the bytes of the new value; null if the entry was neither created nor updated
 * @param oldValue the bytes of the old value; null if there was none or if it is unknown
 */
public record EntryChange(
    Kind kind,
    String jvmId,
    long sequence,
    String key,
    byte @Nullable [] value,
    byte @Nullable [] oldValue) {

  private static final byte FORMAT = 1;

  /** What happened to the entry. */
  public enum Kind {
    CREATED,
    UPDATED,
    REMOVED,
    EXPIRED
  }

  /**
   * Parses a message.
   *
   * @return null if the message is malformed or of an unknown format
   */
  public static @Nullable EntryChange of(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    try {
      if (in.get() != FORMAT) {
        return null;
      }
      int kind = in.get() - 1;
      byte[] jvmId = bytes(in);
      long sequence = in.getLong();
      byte[] key = bytes(in);
      byte[] value = bytes(in);
      byte[] oldValue = bytes(in);
      boolean known = kind >= 0 && kind < Kind.values().length && jvmId != null && key != null;
      return known
          ? new EntryChange(
              Kind.values()[kind],
              new String(jvmId, UTF_8),
              sequence,
              new String(key, UTF_8),
              value,
              oldValue)
          : null;
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      return null;
    }
  }

  private static byte @Nullable [] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}

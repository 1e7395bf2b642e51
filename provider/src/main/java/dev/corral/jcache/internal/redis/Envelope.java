package dev.corral.jcache.internal.redis;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of an entry: a header, then the bytes of the value. envelope.lua is the same in
 * Lua and says what the header holds.
 */
public final class Envelope {

  private static final byte FORMAT = 1;
  private static final int HEADER_LENGTH = 24;
  private static final int GENERATION_OFFSET = 4;

  private Envelope() {}

  /**
   * Where the value begins in stored bytes.
   *
   * @return -1 if there is no entry of this generation in a format that we know
   */
  public static int valueOffset(byte @Nullable [] stored, long generation) {
    if (stored == null || stored.length < HEADER_LENGTH || stored[0] != FORMAT) {
      return -1;
    }
    int offset = Byte.toUnsignedInt(stored[1]);
    boolean current = ByteBuffer.wrap(stored).getLong(GENERATION_OFFSET) == generation;
    return current && offset >= HEADER_LENGTH && offset <= stored.length ? offset : -1;
  }
}

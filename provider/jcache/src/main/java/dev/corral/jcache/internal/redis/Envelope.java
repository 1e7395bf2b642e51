package dev.corral.jcache.internal.redis;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of an entry: a header, then the bytes of the value. envelope.lua is the same in
 * Lua and says what the header holds.
 *
 * @param valueOffset where the value begins; -1 if there is none
 * @param deadlineMillis when the entry expires, by the server's clock; 0 for never
 * @param loadMillis how long the load of the value took
 * @param isBeingWritten whether a writer has fenced the entry
 */
public record Envelope(
    Kind kind, int valueOffset, long deadlineMillis, long loadMillis, boolean isBeingWritten) {

  /** Where the header has the deadline, in 8 bytes. */
  public static final int DEADLINE_OFFSET = 12;

  private static final byte FORMAT = 2;

  /** With a stamp and tags at the end of the header, see tags.lua. */
  private static final byte STAMPED = 3;

  private static final int HEADER_LENGTH = 24;
  private static final int FLAGS_OFFSET = 2;
  private static final int MARK_OFFSET = 3;
  private static final int GENERATION_OFFSET = 4;
  private static final int LOAD_OFFSET = 20;
  private static final int TAGS_OFFSET = 32;
  private static final int NEGATIVE_FLAG = 1;
  private static final int TICKET_FLAG = 2;
  private static final int FENCED_FLAG = 4;

  /** What stored bytes are. */
  public enum Kind {
    /** Nothing of this generation. */
    NOTHING,
    /** An entry of this generation in a format that this release does not know. */
    UNREADABLE,
    VALUE,
    /** A negative entry: the loader has no value for the key. */
    NEGATIVE,
    /** A load is running. */
    TICKET
  }

  /** The stored form of an entry that never expires. */
  public static byte[] sealForever(long generation, byte[] value) {
    return ByteBuffer.allocate(HEADER_LENGTH + value.length)
        .put(FORMAT)
        .put((byte) HEADER_LENGTH)
        .putLong(GENERATION_OFFSET, generation)
        .position(HEADER_LENGTH)
        .put(value)
        .array();
  }

  private static final Envelope NOTHING = new Envelope(Kind.NOTHING, -1, 0, 0, false);
  private static final Envelope UNREADABLE = new Envelope(Kind.UNREADABLE, -1, 0, 0, false);

  /** The generation of stored bytes, whatever their format is; 0 if they are too short. */
  public static long generationOf(byte[] stored) {
    return stored.length < HEADER_LENGTH ? 0 : ByteBuffer.wrap(stored).getLong(GENERATION_OFFSET);
  }

  /** Sets the reload mark in stored bytes that have none. */
  public static void markUnlessMarked(byte[] stored, byte mark) {
    if (stored[MARK_OFFSET] == 0) {
      stored[MARK_OFFSET] = mark;
    }
  }

  /** Whether stored bytes have tags. */
  public static boolean hasTags(byte[] stored) {
    return stored.length > TAGS_OFFSET
        && stored[0] == STAMPED
        && Byte.toUnsignedInt(stored[1]) > TAGS_OFFSET;
  }

  /** The stamp of stored bytes that have tags. */
  public static long stampOf(byte[] stored) {
    return ByteBuffer.wrap(stored).getLong(HEADER_LENGTH);
  }

  /** The tags of stored bytes that have some, one after the other. */
  public static ByteBuffer tagsOf(byte[] stored) {
    int end = Math.min(Byte.toUnsignedInt(stored[1]), stored.length);
    return ByteBuffer.wrap(stored, TAGS_OFFSET, end - TAGS_OFFSET);
  }

  /** Whether stored bytes may have details. */
  public static boolean hasDetails(byte[] stored) {
    return stored[0] == STAMPED;
  }

  /** The details of stored bytes, of which the value may be missing; see envelope.lua. */
  public static ByteBuffer detailsOf(byte[] stored) {
    int end = Byte.toUnsignedInt(stored[1]);
    int length = detailsLength(stored, end);
    return length == 0
        ? ByteBuffer.allocate(0)
        : ByteBuffer.wrap(stored, end + Short.BYTES, length).asReadOnlyBuffer();
  }

  /** The length of the details after a header; 0 if there are none, or not all of them. */
  private static int detailsLength(byte[] stored, int end) {
    if (stored[0] != STAMPED || stored.length < end + Short.BYTES) {
      return 0;
    }
    int length = Short.toUnsignedInt(ByteBuffer.wrap(stored).getShort(end));
    return length > stored.length - end - Short.BYTES ? 0 : length;
  }

  private static int valueOffset(byte[] stored) {
    int end = Byte.toUnsignedInt(stored[1]);
    int prefix = stored[0] == STAMPED ? Short.BYTES + detailsLength(stored, end) : 0;
    return Math.min(end + prefix, stored.length);
  }

  /** Reads the header of stored bytes. In every format, the generation is at the same place. */
  public static Envelope of(byte @Nullable [] stored, long generation) {
    if (stored == null || stored.length < HEADER_LENGTH) {
      return NOTHING;
    }
    ByteBuffer header = ByteBuffer.wrap(stored);
    if (header.getLong(GENERATION_OFFSET) != generation) {
      return NOTHING;
    }
    int length = Byte.toUnsignedInt(stored[1]);
    boolean isKnown = stored[0] == FORMAT || stored[0] == STAMPED;
    if (!isKnown || length < HEADER_LENGTH) {
      return UNREADABLE;
    }
    Kind kind =
        switch (stored[FLAGS_OFFSET]) {
          case TICKET_FLAG -> Kind.TICKET;
          case NEGATIVE_FLAG -> Kind.NEGATIVE;
          default -> Kind.VALUE;
        };
    return new Envelope(
        kind,
        valueOffset(stored),
        header.getLong(DEADLINE_OFFSET),
        Integer.toUnsignedLong(header.getInt(LOAD_OFFSET)),
        stored[FLAGS_OFFSET] == FENCED_FLAG);
  }
}

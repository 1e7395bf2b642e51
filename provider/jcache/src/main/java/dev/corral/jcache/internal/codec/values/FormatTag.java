package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.nio.ByteBuffer;

/**
 * The first two bytes of a value that Kryo did not write: a byte 0 and the number of the format. A
 * value of Kryo never begins with 0. A compressed value does, and then has a length, whose first
 * byte is less than 0x80; the numbers begin with 0x80.
 */
enum FormatTag {
  JSON(0x81, "the codec json"),
  JSON_WITH_TYPE(0x82, "the codec json"),
  JAVA(0x83, "the codec java"),
  USER(0x84, "a codec of the application"),
  ENCRYPTED(0x85, "an encrypted cache");

  /** The length of a tag. */
  static final int LENGTH = 2;

  private final byte number;
  private final String origin;

  FormatTag(int number, String origin) {
    this.number = (byte) number;
    this.origin = origin;
  }

  /** Whether the bytes from an offset on begin with any tag. */
  static boolean isAt(byte[] bytes, int offset) {
    return bytes.length - offset >= LENGTH && bytes[offset] == 0 && bytes[offset + 1] < 0;
  }

  /** Whether the bytes from an offset on begin with this tag. */
  boolean begins(byte[] bytes, int offset) {
    return bytes.length - offset >= LENGTH && bytes[offset] == 0 && bytes[offset + 1] == number;
  }

  /** Writes the tag to the first bytes of an array. */
  void writeTo(byte[] bytes) {
    bytes[0] = 0;
    bytes[1] = number;
  }

  /** This tag and the bytes of a value. */
  byte[] before(byte[] value) {
    return ByteBuffer.allocate(LENGTH + value.length).put((byte) 0).put(number).put(value).array();
  }

  /**
   * The failure of a cache that cannot decode a value because another format has written it.
   *
   * @param own what the cache uses
   */
  static UndecodableValueException mismatch(byte[] bytes, int offset, String own) {
    String origin = "Kryo, or is damaged";
    for (FormatTag tag : values()) {
      origin = tag.begins(bytes, offset) ? tag.origin : origin;
    }
    return new UndecodableValueException(
        "A stored value was written by %s, but the cache is configured with %s; use the same value"
                .formatted(origin, own)
            + " options in all JVMs",
        null);
  }
}

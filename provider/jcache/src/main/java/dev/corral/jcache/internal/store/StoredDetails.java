package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.internal.entry.EntryDetails;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The stored form of the details of an entry, see envelope.lua: the time (8 bytes), then texts,
 * each with its length (2 bytes) before it: the version, and the tags.
 */
public final class StoredDetails {

  private StoredDetails() {}

  private static final byte[] NO_BYTES = {};

  /**
   * The stored form without the time, which the script adds.
   *
   * @param always whether to record the time of every value; otherwise options without tags and
   *     version have an empty form
   */
  public static byte[] bytes(EntryOptions options, boolean always) {
    String version = options.version();
    if (!always && version == null && options.tags().isEmpty()) {
      return NO_BYTES;
    }
    List<byte[]> texts = new ArrayList<>();
    texts.add(version == null ? NO_BYTES : version.getBytes(UTF_8));
    options.tags().forEach(tag -> texts.add(tag.getBytes(UTF_8)));
    int length = 0;
    for (byte[] text : texts) {
      length += Short.BYTES + text.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    texts.forEach(text -> all.putShort((short) text.length).put(text));
    return all.array();
  }

  /** Reads the stored form; what is damaged is unknown. */
  public static EntryDetails of(ByteBuffer stored) {
    if (!stored.hasRemaining()) {
      return EntryDetails.NONE;
    }
    try {
      long storedMillis = stored.getLong();
      String version = text(stored);
      Set<String> tags = new LinkedHashSet<>();
      while (stored.hasRemaining()) {
        tags.add(text(stored));
      }
      return new EntryDetails(storedMillis, version.isEmpty() ? null : version, tags);
    } catch (BufferUnderflowException e) {
      return EntryDetails.NONE;
    }
  }

  private static String text(ByteBuffer stored) {
    byte[] text = new byte[Short.toUnsignedInt(stored.getShort())];
    stored.get(text);
    return new String(text, UTF_8);
  }
}

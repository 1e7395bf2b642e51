package dev.corral.jcache.internal.store.tags;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** The stored form of tags, which has one length. Tags with the same form are one tag. */
public final class TagBytes {

  /** The length of a tag; tags.lua knows it too. */
  static final int LENGTH = Long.BYTES;

  private TagBytes() {}

  /** The first 8 bytes of the SHA-256 of the text in UTF-8. */
  public static byte[] of(String tag) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(tag.getBytes(UTF_8));
      return Arrays.copyOf(digest, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java platform has SHA-256", e);
    }
  }

  /** Different tags, one after the other. */
  public static byte[] ofAll(Collection<String> tags) {
    Set<String> distinct = new LinkedHashSet<>(tags);
    ByteBuffer all = ByteBuffer.allocate(LENGTH * distinct.size());
    distinct.forEach(tag -> all.put(of(tag)));
    return all.array();
  }
}

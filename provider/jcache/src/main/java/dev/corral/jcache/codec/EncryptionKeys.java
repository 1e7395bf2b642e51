package dev.corral.jcache.codec;

import java.security.Key;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The AES keys of an encrypted cache, each with an id. The first key encrypts, and all keys
 * decrypt. Immutable.
 *
 * <p>To rotate, add the new key as the last one in all JVMs, then make it the first one, and remove
 * the old one when no entry needs it any longer. The id of a key is stored with each value; the key
 * itself appears in no log, message or {@code toString()}.
 *
 * <p>Not serializable, so that no key is written by accident.
 */
public final class EncryptionKeys {

  /** The length of a key: 256 bits. */
  public static final int KEY_BYTES = 32;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,32}");

  private final Map<String, SecretKeySpec> keys;

  private EncryptionKeys(Map<String, SecretKeySpec> keys) {
    this.keys = keys;
  }

  /**
   * One key.
   *
   * @param id 1 to 32 letters, digits, dots, hyphens and underscores; never use an id for two keys
   * @param key 32 random bytes; copied
   * @throws IllegalArgumentException if the id or the length of the key is wrong
   */
  public static EncryptionKeys of(String id, byte[] key) {
    return new EncryptionKeys(Map.of()).and(id, key);
  }

  /**
   * The keys of texts such as {@code 2026-11:kJ0v…=}: the id, a colon, and the key in Base64.
   *
   * @throws IllegalArgumentException if there is none, or if one is malformed; the message has its
   *     number, and nothing of the text
   */
  public static EncryptionKeys parse(List<String> texts) {
    EncryptionKeys all = new EncryptionKeys(Map.of());
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i).strip();
      int colon = text.indexOf(':');
      try {
        byte[] key = Base64.getDecoder().decode(text.substring(colon + 1));
        all = all.and(text.substring(0, Math.max(0, colon)), key);
        Arrays.fill(key, (byte) 0);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Encryption key number %d is malformed or a repetition: write a different id for each"
                    .formatted(i + 1)
                + " key, a colon, and 32 bytes in Base64 (openssl rand -base64 32)");
      }
    }
    if (all.keys.isEmpty()) {
      throw new IllegalArgumentException("An encrypted cache needs at least one encryption key");
    }
    return all;
  }

  /**
   * These keys and a further one, which decrypts only.
   *
   * @throws IllegalArgumentException if the id or the length of the key is wrong, or if the id is
   *     used already
   */
  public EncryptionKeys and(String id, byte[] key) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "The id of an encryption key must have 1 to 32 letters, digits, dots, hyphens and"
              + " underscores");
    }
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "The encryption key '%s' must have %d bytes, not %d"
              .formatted(id, KEY_BYTES, key.length));
    }
    Map<String, SecretKeySpec> all = new LinkedHashMap<>(keys);
    if (all.put(id, new SecretKeySpec(key, "AES")) != null) {
      throw new IllegalArgumentException("The id '%s' has two encryption keys".formatted(id));
    }
    return new EncryptionKeys(all);
  }

  /** The id of the key that encrypts. */
  public String encryptingId() {
    return keys.keySet().iterator().next();
  }

  /** The ids of all keys, in their order. */
  public List<String> ids() {
    return List.copyOf(keys.keySet());
  }

  /** The key with this id; null if there is none. */
  public @Nullable Key key(String id) {
    return keys.get(id);
  }

  /** The ids alone. */
  @Override
  public String toString() {
    return "EncryptionKeys" + keys.keySet();
  }
}

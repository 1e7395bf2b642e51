package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.UndecodableValueException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.cache.CacheException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts the bytes of another format by AES-GCM, with a random nonce for each value.
 *
 * <p>The stored form: a tag, the length of the key's id (1 byte), the id in ASCII, the nonce (12
 * bytes), and the encrypted bytes with the authentication tag (16 bytes). Authenticated are also
 * the name of the cache and the id, so a value of another cache is refused. The key of the entry is
 * not authenticated: a value is decoded in places that do not have it, and authentication could not
 * prevent that an older value of the same entry is restored.
 */
final class EncryptedFormat implements ValueFormat {

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int LENGTH_OFFSET = FormatTag.LENGTH;
  private static final int ID_OFFSET = LENGTH_OFFSET + 1;
  private static final int MAX_ID_LENGTH = 32;

  private final ValueFormat format;
  private final EncryptionKeys keys;
  private final String cacheName;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param cacheName the name in Redis, with its prefix
   */
  EncryptedFormat(ValueFormat format, EncryptionKeys keys, String cacheName) {
    this.format = format;
    this.keys = keys;
    this.cacheName = cacheName;
  }

  @Override
  public byte[] encode(Object value) {
    byte[] plain = format.encode(value);
    byte[] id = keys.encryptingId().getBytes(US_ASCII);
    int nonceOffset = ID_OFFSET + id.length;
    int start = nonceOffset + NONCE_BYTES;
    byte[] stored = new byte[start + plain.length + TAG_BYTES];
    FormatTag.ENCRYPTED.writeTo(stored);
    stored[LENGTH_OFFSET] = (byte) id.length;
    System.arraycopy(id, 0, stored, ID_OFFSET, id.length);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    System.arraycopy(nonce, 0, stored, nonceOffset, NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.encryptingId(), stored, nonceOffset);
      int unused = cipher.doFinal(plain, 0, plain.length, stored, start);
    } catch (GeneralSecurityException e) {
      throw new CacheException(
          "A value cannot be encrypted: this JVM's AES-GCM fails with " + e.getClass().getName());
    }
    return stored;
  }

  @Override
  public Object decode(byte[] bytes, int offset, int storedBytes) {
    if (!FormatTag.ENCRYPTED.begins(bytes, offset)) {
      throw FormatTag.mismatch(bytes, offset, "encryption");
    }
    int length = bytes.length - offset;
    int idLength = length > LENGTH_OFFSET ? bytes[offset + LENGTH_OFFSET] : 0;
    int nonceOffset = offset + ID_OFFSET + idLength;
    int start = nonceOffset + NONCE_BYTES;
    if (idLength <= 0 || idLength > MAX_ID_LENGTH || start + TAG_BYTES > bytes.length) {
      throw new UndecodableValueException("An encrypted value is damaged: it is too short", null);
    }
    String id = new String(bytes, offset + ID_OFFSET, idLength, US_ASCII);
    byte[] plain;
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, id, bytes, nonceOffset);
      plain = cipher.doFinal(bytes, start, bytes.length - start);
    } catch (AEADBadTagException e) {
      throw new UndecodableValueException(
          "An encrypted value is damaged, was encrypted for another cache, or with another key of"
              + " the same id",
          null);
    } catch (GeneralSecurityException e) {
      throw new UndecodableValueException(
          "A value cannot be decrypted: " + e.getClass().getName(), null);
    }
    return format.decode(plain, 0, storedBytes);
  }

  private Cipher cipher(int mode, String id, byte[] bytes, int nonceOffset)
      throws GeneralSecurityException {
    Key key = keys.key(id);
    if (key == null) {
      throw unknownKey(id);
    }
    Cipher cipher = Cipher.getInstance(CIPHER);
    byte[] nonce = Arrays.copyOfRange(bytes, nonceOffset, nonceOffset + NONCE_BYTES);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(authenticated(id));
    return cipher;
  }

  /** A damaged id is not shown: it may be any text. */
  private static UndecodableValueException unknownKey(String id) {
    return new UndecodableValueException(
        "A stored value is encrypted with a key that this JVM does not have%s; list the key in the"
                .formatted(id.matches("[A-Za-z0-9._-]+") ? ", '" + id + "'" : "")
            + " encryption keys of the cache",
        null);
  }

  /** Each part with its length, so that no two caches have the same bytes. */
  private byte[] authenticated(String id) {
    byte[] name = cacheName.getBytes(UTF_8);
    byte[] idBytes = id.getBytes(US_ASCII);
    return ByteBuffer.allocate(1 + 2 * Integer.BYTES + name.length + idBytes.length)
        .put((byte) 1)
        .putInt(name.length)
        .put(name)
        .putInt(idBytes.length)
        .put(idBytes)
        .array();
  }

  @Override
  public long limit(int storedBytes) {
    return format.limit(storedBytes);
  }

  @Override
  public boolean isEncrypted() {
    return true;
  }
}

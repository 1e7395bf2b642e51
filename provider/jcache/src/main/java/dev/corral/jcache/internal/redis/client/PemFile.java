package dev.corral.jcache.internal.redis.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The certificates and the private key in a PEM file. The key may be in the form PKCS#8, encrypted
 * or not, or in the older form for RSA keys only.
 *
 * @param certificates at least one; with a key, its certificate is the first
 * @param key null if the file has none
 */
record PemFile(List<Certificate> certificates, @Nullable PrivateKey key) {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** The algorithm of a key in PKCS#8 is within it; the JDK wants to know it beforehand. */
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  /** What precedes the older form of an RSA key in PKCS#8: version 0 and the algorithm. */
  private static final byte[] RSA_HEADER = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  private static final String PBES2 = "1.2.840.113549.1.5.13";

  /**
   * Parses a file.
   *
   * @param password of the key; null if it is not encrypted
   * @throws IOException if the file has no certificate, or a key in an unknown form
   * @throws GeneralSecurityException if a part is damaged, or the password is wrong
   */
  static PemFile parse(String text, @Nullable String password)
      throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> certificates = new ArrayList<>();
    PrivateKey key = null;
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      byte[] content = Base64.getMimeDecoder().decode(block.group(2));
      switch (block.group(1)) {
        case "CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE" ->
            certificates.add(factory.generateCertificate(new ByteArrayInputStream(content)));
        case "PRIVATE KEY" -> key = privateKey(content);
        case "RSA PRIVATE KEY" -> key = privateKey(sequence(RSA_HEADER, octets(content)));
        case "ENCRYPTED PRIVATE KEY" -> key = privateKey(decrypted(content, password));
        case "EC PRIVATE KEY" ->
            throw new IOException(
                "the EC key must be in the form PKCS#8: openssl pkcs8 -topk8 -nodes");
        default -> {} // such as the parameters of a key, which it also contains itself
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException("the PEM file has no certificate");
    }
    return new PemFile(List.copyOf(certificates), key);
  }

  private static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
    InvalidKeySpecException failure = null;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        failure = e;
      } catch (NoSuchAlgorithmException e) {
        // this JDK lacks the algorithm, so the key may be of another one
      }
    }
    throw new GeneralSecurityException("the private key is damaged or of an unknown kind", failure);
  }

  private static byte[] decrypted(byte[] content, @Nullable String password)
      throws GeneralSecurityException, IOException {
    if (password == null) {
      throw new IOException("the private key is encrypted, and no password is set");
    }
    EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(content);
    String algorithm =
        encrypted.getAlgName().equals(PBES2) || encrypted.getAlgName().equals("PBES2")
            ? encrypted.getAlgParameters().toString()
            : encrypted.getAlgName();
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray());
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.DECRYPT_MODE,
        SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
        encrypted.getAlgParameters());
    return encrypted.getKeySpec(cipher).getEncoded();
  }

  private static byte[] octets(byte[] content) {
    return tagged(4, content);
  }

  private static byte[] sequence(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return tagged(0x30, both.toByteArray());
  }

  /** A value in DER; keys are longer than 127 and shorter than 65,536 bytes. */
  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(0x82);
    out.write(content.length >> 8);
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** A store with the key and its certificates, or with certificates to trust. */
  KeyStore toKeyStore(char[] password) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, password);
    if (key != null) {
      store.setKeyEntry("key", key, password, certificates.toArray(Certificate[]::new));
    } else {
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("certificate" + i, certificates.get(i));
      }
    }
    return store;
  }
}

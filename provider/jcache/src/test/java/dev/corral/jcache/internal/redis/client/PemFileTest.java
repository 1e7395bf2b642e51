package dev.corral.jcache.internal.redis.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.fixtures.Certificates;
import dev.corral.jcache.internal.redis.settings.Tls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Objects;
import javax.cache.CacheException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PEM files in all forms that Corral accepts, and the conversion for the client. */
class PemFileTest {

  /** What precedes the older form in the PKCS#8 form of an RSA key of 2,048 bits or more. */
  private static final int RSA_HEADER = 26;

  /** The name of the encryption. */
  private static final byte[] PBES2 = {
    6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 5, 13
  };

  @TempDir private Path directory;

  @Test
  void key_inEveryForm_isTheSame() throws Exception {
    Certificates rsa = Certificates.create(directory, "RSA", "dns:a");
    Certificates ec = Certificates.create(directory, "EC", "dns:b");
    byte[] pkcs8 = rsa.key().getEncoded();
    byte[] older = Arrays.copyOfRange(pkcs8, RSA_HEADER, pkcs8.length);
    assertThat(key(rsa, Certificates.pem("PRIVATE KEY", pkcs8), null)).isEqualTo(rsa.key());
    assertThat(key(rsa, Certificates.pem("RSA PRIVATE KEY", older), null)).isEqualTo(rsa.key());
    assertThat(key(ec, Certificates.pem("PRIVATE KEY", ec.key().getEncoded()), null))
        .isEqualTo(ec.key());
    String encrypted = Certificates.pem("ENCRYPTED PRIVATE KEY", encrypted(rsa.key(), "s3cret"));
    assertThat(key(rsa, encrypted, "s3cret")).isEqualTo(rsa.key());
    assertThatThrownBy(() -> key(rsa, encrypted, "wrong"))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> key(rsa, encrypted, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("encrypted");
    assertThatThrownBy(() -> key(ec, Certificates.pem("EC PRIVATE KEY", new byte[9]), null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("openssl pkcs8");
  }

  private static @Nullable PrivateKey key(
      Certificates certificates, String key, @Nullable String password) throws Exception {
    PemFile file = PemFile.parse("a comment\n" + certificates.certificateText() + key, password);
    assertThat(file.certificates()).containsExactly(certificates.certificate());
    return file.key();
  }

  /** In the form PKCS#8 with PBES2, as openssl encrypts it. */
  private static byte[] encrypted(PrivateKey key, String password) throws Exception {
    String algorithm = "PBEWithHmacSHA256AndAES_256";
    SecretKey secret =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(password.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.ENCRYPT_MODE, secret);
    byte[] parameters = cipher.getParameters().getEncoded();
    byte[] encrypted = cipher.doFinal(key.getEncoded());
    return der(0x30, der(0x30, PBES2, parameters), der(4, encrypted));
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.size() < 128) {
      out.write(content.size());
    } else {
      out.write(0x82);
      out.write(content.size() >> 8);
      out.write(content.size());
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  @Test
  void store_pemFileReplaced_isReadAgain() throws Exception {
    Certificates first = Certificates.create(directory, "EC", "dns:a");
    Certificates second = Certificates.create(directory, "EC", "dns:b");
    Path file = directory.resolve("trusted.pem");
    Files.writeString(file, first.certificateText(), UTF_8);
    TlsFiles files = new TlsFiles(new Tls(true, file, null, null, null, true));
    TlsFiles.Store store = files.truststore();
    assertThat(loaded(store).getCertificate("certificate0")).isEqualTo(first.certificate());
    Files.writeString(file, first.certificateText() + second.certificateText(), UTF_8);
    assertThat(loaded(store).getCertificate("certificate1")).isEqualTo(second.certificate());
    assertThat(files.keystore()).isNull();
  }

  @Test
  void store_otherFormats_areLoadedAsTheyAre() throws Exception {
    Certificates own = Certificates.create(directory, "EC", "dns:a");
    TlsFiles files = new TlsFiles(new Tls(true, null, null, own.store(), own.password(), true));
    assertThat(loaded(files.keystore()).isKeyEntry("redis")).isTrue();
    assertThat(files.context()).isNotNull();
    TlsFiles wrong = new TlsFiles(new Tls(true, null, null, own.store(), "wrong", true));
    assertThatThrownBy(wrong::keystore)
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("store.p12", "corral.redis.keystore-password");
  }

  private static KeyStore loaded(TlsFiles.@Nullable Store store) throws Exception {
    Objects.requireNonNull(store);
    KeyStore loaded = KeyStore.getInstance(KeyStore.getDefaultType());
    String password = store.password();
    try (InputStream in = store.url().openStream()) {
      loaded.load(in, password == null ? null : password.toCharArray());
    }
    return loaded;
  }
}

package dev.corral.jcache.internal.redis.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.corral.jcache.internal.redis.settings.Tls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.UUID;
import javax.cache.CacheException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The trust store and the key store of a connection, in files of the formats PKCS12, JKS or PEM.
 * The files are read again for each new connection, so a renewed certificate needs no restart.
 */
final class TlsFiles {

  private static final String TRUSTSTORE = "corral.redis.truststore";
  private static final String KEYSTORE = "corral.redis.keystore";

  /** Protects the converted stores, which exist only in memory; any text will do. */
  private static final String CONVERTED_PASSWORD = UUID.randomUUID().toString();

  private final Tls tls;

  TlsFiles(Tls tls) {
    this.tls = tls;
  }

  /** A store that a client can load, and its password. */
  record Store(URL url, @Nullable String password) {}

  /**
   * The trusted certificates; null for those of the JDK.
   *
   * @throws CacheException if the file cannot be used; the message names the setting
   */
  @Nullable Store truststore() {
    return store(TRUSTSTORE, tls.truststore(), tls.truststorePassword());
  }

  /**
   * The certificate of this client with its private key; null for none.
   *
   * @throws CacheException if the file cannot be used; the message names the setting
   */
  @Nullable Store keystore() {
    return store(KEYSTORE, tls.keystore(), tls.keystorePassword());
  }

  /**
   * The same files for the sockets of the JDK.
   *
   * @throws CacheException if a file cannot be used
   */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManagerFactory trust = null;
      Path truststore = tls.truststore();
      if (truststore != null) {
        trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(read(TRUSTSTORE, truststore, tls.truststorePassword()));
      }
      KeyManagerFactory keys = null;
      Path keystore = tls.keystore();
      if (keystore != null) {
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(
            read(KEYSTORE, keystore, tls.keystorePassword()),
            password(keystore, tls.keystorePassword()));
      }
      context.init(
          keys == null ? null : keys.getKeyManagers(),
          trust == null ? null : trust.getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new CacheException("The certificates for the connection to Redis cannot be used", e);
    }
  }

  private static char @Nullable [] password(Path file, @Nullable String password)
      throws IOException {
    if (isPem(Files.readAllBytes(file))) {
      return CONVERTED_PASSWORD.toCharArray();
    }
    return password == null ? null : password.toCharArray();
  }

  private static @Nullable Store store(
      String setting, @Nullable Path file, @Nullable String password) {
    if (file == null) {
      return null;
    }
    read(setting, file, password);
    try {
      return isPem(Files.readAllBytes(file))
          ? new Store(converted(file, password), CONVERTED_PASSWORD)
          : new Store(file.toUri().toURL(), password);
    } catch (IOException e) {
      throw unreadable(setting, file, e);
    }
  }

  /** Reads a file now, so that a wrong one is refused before a connection is opened. */
  private static KeyStore read(String setting, Path file, @Nullable String password) {
    if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
      throw new CacheException(
          "The file %s, set by %s, does not exist or cannot be read"
              .formatted(file.toAbsolutePath(), setting));
    }
    try {
      byte[] content = Files.readAllBytes(file);
      if (isPem(content)) {
        return pemStore(content, password);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(
          new ByteArrayInputStream(content), password == null ? null : password.toCharArray());
      if (store.size() == 0) {
        throw new IOException("no certificate is readable without a password");
      }
      return store;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw unreadable(setting, file, e);
    }
  }

  private static CacheException unreadable(String setting, Path file, Exception cause) {
    return new CacheException(
        ("The file %s, set by %s, cannot be used (%s); it must be in the format PKCS12, JKS or PEM,"
                + " and %s-password must be its password")
            .formatted(file.toAbsolutePath(), setting, cause.getMessage(), setting),
        cause);
  }

  private static boolean isPem(byte[] content) {
    return new String(content, ISO_8859_1).contains("-----BEGIN ");
  }

  /** The PEM file as an address from which the client can load a PKCS12 store at any time. */
  private static URL converted(Path file, @Nullable String password) throws MalformedURLException {
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
              @Override
              public void connect() {}

              @Override
              public InputStream getInputStream() throws IOException {
                return pkcs12(file, password);
              }
            };
          }
        };
    return new URL(null, "pem:" + file.toUri(), handler);
  }

  private static InputStream pkcs12(Path file, @Nullable String password) throws IOException {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      pemStore(Files.readAllBytes(file), password).store(out, CONVERTED_PASSWORD.toCharArray());
      return new ByteArrayInputStream(out.toByteArray());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("The certificates in " + file + " cannot be used", e);
    }
  }

  private static KeyStore pemStore(byte[] content, @Nullable String password)
      throws GeneralSecurityException, IOException {
    return PemFile.parse(new String(content, ISO_8859_1), password)
        .toKeyStore(CONVERTED_PASSWORD.toCharArray());
  }
}

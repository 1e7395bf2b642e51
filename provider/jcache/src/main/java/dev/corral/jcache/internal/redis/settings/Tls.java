package dev.corral.jcache.internal.redis.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how connections are encrypted.
 *
 * @param truststore a file of trusted certificates, PKCS12 or JKS; null for those of the JDK
 * @param keystore a file with the certificate of the client, PKCS12 or JKS; null for no certificate
 * @param verifiesHostname whether the server's certificate must match the host
 */
public record Tls(
    boolean enabled,
    @Nullable Path truststore,
    @Nullable String truststorePassword,
    @Nullable Path keystore,
    @Nullable String keystorePassword,
    boolean verifiesHostname) {

  /** Connections are not encrypted. */
  public static final Tls OFF = new Tls(false, null, null, null, null, true);

  /**
   * Checks that the stores have a use.
   *
   * @throws IllegalArgumentException if there is a store, but no encryption
   */
  public Tls {
    if (!enabled && (truststore != null || keystore != null)) {
      throw new IllegalArgumentException(
          "corral.redis.truststore and corral.redis.keystore need an encrypted connection: "
              + "write rediss:// instead of redis:// in corral.redis.uri");
    }
  }

  /** Names the stores, never their passwords. */
  @Override
  public String toString() {
    return enabled
        ? "on, truststore %s, keystore %s, hostname verification %s"
            .formatted(truststore, keystore, verifiesHostname ? "on" : "off")
        : "off";
  }
}

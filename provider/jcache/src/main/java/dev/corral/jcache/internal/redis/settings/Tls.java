package dev.corral.jcache.internal.redis.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how connections are encrypted.
 *
 * @param truststore whom to trust, PKCS12 or JKS; null for the JVM's own certificates
 * @param keystore the client's own certificate; null to show none
 * @param verifiesHostname whether the certificate must name the host
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

  /** Connections are encrypted and the JVM's own certificates are trusted. */
  public static final Tls ON = new Tls(true, null, null, null, null, true);

  /** Refuses stores for connections that are not encrypted. */
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

package dev.corral.jcache.internal.config;

import dev.corral.jcache.codec.EncryptionKeys;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/**
 * The encryption keys of a configuration file. A serialized configuration does not contain them.
 */
final class ConfiguredKeys implements Factory<EncryptionKeys> {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable EncryptionKeys keys;

  ConfiguredKeys(EncryptionKeys keys) {
    this.keys = keys;
  }

  @Override
  public EncryptionKeys create() {
    if (keys == null) {
      throw new IllegalStateException(
          "The encryption keys of a configuration file are not serialized; open the cache by the"
              + " configuration file");
    }
    return keys;
  }
}

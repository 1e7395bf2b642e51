package dev.corral.jcache.internal.manager;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.pipeline.events.CacheListeners;
import dev.corral.jcache.internal.store.DecodingFailures;
import dev.corral.jcache.internal.store.EntryCodec;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Decodes what events contain, and notes what this JVM cannot decode. */
record EventDecoder<K, V>(EntryCodec<K, V> codec, DecodingFailures failures)
    implements CacheListeners.Decoder<K, V> {

  @Override
  public @Nullable K key(String text) {
    try {
      return codec.key(text);
    } catch (CacheException | LinkageError e) {
      failures.key(e);
      return null;
    }
  }

  @Override
  public String text(K key) {
    return codec.text(key);
  }

  @Override
  public @Nullable V value(byte[] bytes) {
    try {
      return codec.value(bytes, 0);
    } catch (UndecodableValueException e) {
      failures.value(e);
      return null;
    }
  }
}

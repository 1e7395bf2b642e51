package dev.corral.jcache.internal.redis.codec;

import dev.corral.jcache.spi.*;
import java.io.*;
import java.util.*;

/** Temporary. */
public final class KeyCodecs {
  private final KryoValueCodec c;

  public KeyCodecs(List<KeyCodec<?>> k, AllowList a, ClassLoader l) {
    c = new KryoValueCodec(l, a);
  }

  public String encode(Object key) {
    return Base64.getEncoder().encodeToString(c.encode(key));
  }

  public Object decode(String text) {
    return c.decode(Base64.getDecoder().decode(text), 0);
  }
}

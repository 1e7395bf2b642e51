package dev.corral.jcache.internal.redis.codec;

import dev.corral.jcache.spi.*;
import java.io.*;

public final class KryoValueCodec implements ValueCodec {
  private final ClassLoader l;

  public KryoValueCodec(ClassLoader l, AllowList a) {
    this.l = l;
  }

  @Override
  public byte[] encode(Object v) {
    try {
      var o = new ByteArrayOutputStream();
      var s = new ObjectOutputStream(o);
      s.writeObject(v);
      s.flush();
      return o.toByteArray();
    } catch (IOException e) {
      throw new javax.cache.CacheException(e);
    }
  }

  @Override
  public Object decode(byte[] b, int off) {
    try {
      return new ObjectInputStream(new ByteArrayInputStream(b, off, b.length - off)) {
        @Override
        protected Class<?> resolveClass(ObjectStreamClass c)
            throws IOException, ClassNotFoundException {
          return Class.forName(c.getName(), false, l);
        }
      }.readObject();
    } catch (Exception e) {
      throw new UndecodableValueException("x", e);
    }
  }
}

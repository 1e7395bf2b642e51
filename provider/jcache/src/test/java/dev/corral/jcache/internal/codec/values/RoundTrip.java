package dev.corral.jcache.internal.codec.values;

import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/** Encodes by one codec and decodes by another, as two JVMs do. */
@NullUnmarked
final class RoundTrip {

  private static final List<String> ALLOWED = List.of("dev.corral.**", "java.util.WeakHashMap");

  private RoundTrip() {}

  static KryoValueCodec newCodec() {
    return new KryoValueCodec(
        RoundTrip.class.getClassLoader(), AllowList.of(ALLOWED), ClassCodes.NONE);
  }

  static byte[] encode(Object value) {
    return newCodec().encode(value);
  }

  static Object decode(byte[] bytes) {
    return newCodec().decode(bytes, 0);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T> T of(T value) {
    return (T) decode(encode(value));
  }
}

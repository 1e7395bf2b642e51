package dev.corral.jcache.internal.redis.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Output;
import org.jspecify.annotations.Nullable;

/** Writes the same as {@link Output}, and long ASCII texts in a part of the time. */
final class TextOutput extends Output {

  /** Shorter ones have another form, or are not worth it. */
  private static final int LONG = 40;

  TextOutput(int bytes) {
    super(bytes, -1);
  }

  @Override
  public void writeString(@Nullable String value) throws KryoException {
    if (value != null && value.length() >= LONG) {
      byte[] ascii = value.getBytes(UTF_8);
      if (ascii.length == value.length() && isSame(value, ascii)) {
        writeVarIntFlag(true, ascii.length + 1, true);
        writeBytes(ascii);
        return;
      }
    }
    super.writeString(value);
  }

  /** Half of a surrogate pair is written as a question mark, and has one byte as well. */
  private static boolean isSame(String value, byte[] ascii) {
    return value.equals(new String(ascii, US_ASCII));
  }
}

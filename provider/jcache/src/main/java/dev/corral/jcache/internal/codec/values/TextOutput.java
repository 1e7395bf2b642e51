package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Output;
import org.jspecify.annotations.Nullable;

/** Writes the same as {@link Output}, and long ASCII texts in a part of the time. */
final class TextOutput extends Output {

  TextOutput(int bytes) {
    super(bytes, -1);
  }

  @Override
  public void writeString(@Nullable String value) throws KryoException {
    if (value == null || value.length() < AsciiText.LONG || !wroteAscii(value)) {
      super.writeString(value);
    }
  }

  private boolean wroteAscii(String value) {
    int start = position;
    writeVarIntFlag(true, value.length() + 1, true);
    require(value.length());
    boolean written = AsciiText.write(value, buffer, position);
    position = written ? position + value.length() : start;
    return written;
  }
}

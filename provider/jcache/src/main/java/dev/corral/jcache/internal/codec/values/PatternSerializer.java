package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.regex.Pattern;
import javax.cache.CacheException;

/**
 * The serializer of regular expressions: the text and the flags. It refuses {@link
 * Pattern#CANON_EQ}, with which the JDK allocates an array of n! elements for a character with n
 * accents.
 */
final class PatternSerializer extends Serializer<Pattern> {

  PatternSerializer() {
    super(/* acceptsNull= */ false, /* immutable= */ true);
  }

  @Override
  public void write(Kryo kryo, Output output, Pattern pattern) {
    if ((pattern.flags() & Pattern.CANON_EQ) != 0) {
      throw new CacheException("A regular expression with the flag CANON_EQ cannot be stored");
    }
    output.writeString(pattern.pattern());
    output.writeInt(pattern.flags(), /* optimizePositive= */ true);
  }

  @Override
  public Pattern read(Kryo kryo, Input input, Class<? extends Pattern> type) {
    String text = input.readString();
    int flags = input.readInt(/* optimizePositive= */ true);
    if (text == null || (flags & Pattern.CANON_EQ) != 0) {
      throw new UndecodableValueException("A stored regular expression is not allowed", null);
    }
    return Pattern.compile(text, flags);
  }
}

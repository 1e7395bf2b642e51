package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.regex.Pattern;
import javax.cache.CacheException;

/**
 * The serializer of regular expressions: their Java serialization, which alone knows the flags
 * without those that are embedded in the text. It refuses {@link Pattern#CANON_EQ}, with which the
 * JDK allocates an array of n! elements for a character with n accents.
 */
final class PatternSerializer extends Serializer<Pattern> {

  private final ObjectStreamSerializer objectStream;

  PatternSerializer(ObjectStreamSerializer objectStream) {
    this.objectStream = objectStream;
  }

  @Override
  public void write(Kryo kryo, Output output, Pattern pattern) {
    if (isRefused(pattern)) {
      throw new CacheException("A regular expression with the flag CANON_EQ cannot be stored");
    }
    objectStream.write(kryo, output, pattern);
  }

  /** The JDK compiles a deserialized expression when it is used first. */
  @Override
  public Pattern read(Kryo kryo, Input input, Class<? extends Pattern> type) {
    if (objectStream.read(kryo, input, type) instanceof Pattern pattern && !isRefused(pattern)) {
      return pattern;
    }
    throw new UndecodableValueException("A stored regular expression is not allowed", null);
  }

  private static boolean isRefused(Pattern pattern) {
    return (pattern.flags() & Pattern.CANON_EQ) != 0;
  }
}

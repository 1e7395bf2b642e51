package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.codec.UndecodableValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes a field of a class table, and a value whose only class has the name of this field. */
public final class ClassTableFuzzTarget {

  private static final String HERE = Bombs.class.getName();
  private static final Bombs.Pair PAIR = new Bombs.Pair("left", null);
  private static final byte[] VALUE = codec(HERE + "$Pair").encode(PAIR);

  private ClassTableFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, UTF_8);
    Long code = ClassTable.codeOf(text);
    if (code != null && !Long.toString(code, 16).equals(text)) {
      throw new AssertionError("The field of " + code + " has two texts");
    }
    try {
      if (!codec(text).decode(VALUE, 0).equals(PAIR)) {
        throw new AssertionError("Another value");
      }
    } catch (UndecodableValueException e) {
      // The name may be wrong.
    }
  }

  private static KryoValueCodec codec(String className) {
    ClassCodes codes =
        new ClassCodes() {
          @Override
          public boolean publish(long code, String name) {
            return true;
          }

          @Override
          public @Nullable String nameOf(long code) {
            return className;
          }
        };
    return new KryoValueCodec(Bombs.class.getClassLoader(), ValueFuzzTarget.ALLOWED, codes);
  }

  public static List<byte[]> seeds() {
    return List.of(
            HERE + "$Pair",
            HERE + "$Link",
            "[L" + HERE + "$Pair;",
            "[[J",
            "java.lang.Thread",
            "int",
            "7",
            "abcdef0123456789",
            "")
        .stream()
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }
}

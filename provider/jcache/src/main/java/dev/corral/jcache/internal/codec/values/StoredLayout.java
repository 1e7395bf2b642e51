package dev.corral.jcache.internal.codec.values;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the objects of one class are stored, from its text in the class table; see {@link
 * ClassLayout#textOf}.
 *
 * @param kind null for a class of the JDK, for an array, and if the table has only the name
 */
record StoredLayout(String className, ClassLayout.@Nullable Kind kind, List<Part> parts) {

  private static final int HEXADECIMAL = 16;

  /**
   * A stored field.
   *
   * @param type the name of the declared type
   * @param code the code of the type if no class is stored with the value; else null
   */
  record Part(String name, String type, @Nullable Long code) {}

  /** Reads a text. */
  static StoredLayout of(String text) {
    String[] lines = text.split("\n", -1);
    String[] first = lines[0].split(" ", -1);
    List<Part> parts = new ArrayList<>();
    try {
      ClassLayout.Kind kind = first.length < 2 ? null : ClassLayout.Kind.valueOf(first[1]);
      for (int i = 1; i < lines.length; i++) {
        String[] words = lines[i].split(" ", -1);
        parts.add(
            new Part(
                words[0],
                words[1],
                words.length < 3 ? null : Long.parseLong(words[2], HEXADECIMAL)));
      }
      return new StoredLayout(first[0], kind, List.copyOf(parts));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return new StoredLayout(first[0], null, List.of()); // another program has written the text
    }
  }
}

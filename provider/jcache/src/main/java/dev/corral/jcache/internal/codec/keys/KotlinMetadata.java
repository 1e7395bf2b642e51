package dev.corral.jcache.internal.codec.keys;

import java.lang.annotation.Annotation;
import org.jspecify.annotations.Nullable;

/**
 * What the Kotlin compiler states about a class in the annotation {@code kotlin.Metadata}: a
 * protocol buffer of the type {@code Class}, one byte in each character of {@code d1}, and its
 * strings in {@code d2}.
 */
final class KotlinMetadata {

  private static final int CLASS_FLAGS = 1;
  private static final int CLASS_FUNCTION = 9;
  private static final int FUNCTION_NAME = 2;
  private static final int FUNCTION_FLAGS = 9;

  private static final int IS_DATA = 1 << 10;
  private static final int MEMBER_KIND = 3 << 6;
  private static final int SYNTHESIZED = 3 << 6;

  private KotlinMetadata() {}

  /**
   * Whether a class is a data class whose {@code equals} the compiler generated, so that it
   * compares the properties of the primary constructor. False if the metadata cannot be read.
   */
  static boolean isPlainDataClass(Class<?> type) {
    for (Annotation annotation : type.getDeclaredAnnotations()) {
      if (annotation.annotationType().getName().equals("kotlin.Metadata")) {
        try {
          return isPlainDataClass(strings(annotation, "d1"), strings(annotation, "d2"));
        } catch (RuntimeException | ReflectiveOperationException e) {
          return false;
        }
      }
    }
    return false;
  }

  private static String[] strings(Annotation annotation, String element)
      throws ReflectiveOperationException {
    return (String[]) annotation.annotationType().getMethod(element).invoke(annotation);
  }

  private static boolean isPlainDataClass(String[] data, String[] strings) {
    String bytes = String.join("", data);
    if (bytes.isEmpty() || bytes.charAt(0) != 0) {
      return false;
    }
    Reader in = new Reader(bytes, 1, bytes.length());
    in.message();
    boolean isData = false;
    int generated = 0;
    int declared = 0;
    while (in.next()) {
      if (in.field == CLASS_FLAGS) {
        isData = (in.number & IS_DATA) != 0;
      } else if (in.field == CLASS_FUNCTION && in.content != null) {
        Function function = function(in.content);
        if (strings[function.name].equals("equals")) {
          boolean isGenerated = (function.flags & MEMBER_KIND) == SYNTHESIZED;
          generated += isGenerated ? 1 : 0;
          declared += isGenerated ? 0 : 1;
        }
      }
    }
    return isData && generated == 1 && declared == 0;
  }

  private static Function function(Reader in) {
    int name = 0;
    int flags = 0;
    while (in.next()) {
      if (in.field == FUNCTION_NAME) {
        name = in.number;
      } else if (in.field == FUNCTION_FLAGS) {
        flags = in.number;
      }
    }
    return new Function(name, flags);
  }

  /** A function of a class: the index of its name, and its flags. */
  private record Function(int name, int flags) {}

  /** Reads the fields of a protocol buffer one after the other. */
  private static final class Reader {

    private static final int VARINT = 0;
    private static final int DELIMITED = 2;

    private final String bytes;
    private final int end;
    private int position;

    /** The current field, with its number or its content. */
    private int field;

    private int number;
    private @Nullable Reader content;

    Reader(String bytes, int start, int end) {
      this.bytes = bytes;
      this.position = start;
      this.end = end;
    }

    /** Reads a length and a message. */
    Reader message() {
      int length = (int) varint();
      if (length < 0 || length > end - position) {
        throw new IllegalArgumentException("The metadata is damaged");
      }
      Reader message = new Reader(bytes, position, position + length);
      position += length;
      return message;
    }

    boolean next() {
      if (position >= end) {
        return false;
      }
      int tag = (int) varint();
      field = tag >>> 3;
      content = null;
      number = 0;
      switch (tag & 7) {
        case VARINT -> number = (int) varint();
        case DELIMITED -> content = message();
        default -> throw new IllegalArgumentException("The metadata is of another format");
      }
      return true;
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        int next = bytes.charAt(position++);
        value |= (long) (next & 0x7F) << shift;
        if ((next & 0x80) == 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("The metadata is damaged");
    }
  }
}

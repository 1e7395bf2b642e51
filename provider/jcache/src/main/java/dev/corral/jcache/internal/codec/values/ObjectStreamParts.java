package dev.corral.jcache.internal.codec.values;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link ObjectStreamSerializer} puts into a Java object stream besides the object itself. */
final class ObjectStreamParts {

  /** The number of a class in the stream is its position plus 1; 0 is any other class. */
  private static final List<Class<?>> NUMBERED = List.of(Content.class, Part.class);

  /** Immutable values, and the stack trace of an exception, which no other object refers to. */
  private static final Set<String> INLINE =
      Set.of(
          "java.lang.String",
          "java.lang.Boolean",
          "java.lang.Character",
          "java.lang.Byte",
          "java.lang.Short",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Float",
          "java.lang.Double",
          "java.lang.StackTraceElement",
          "[Ljava.lang.StackTraceElement;");

  /** Their classes replace themselves by {@code java.time.Ser}, and are restored by it. */
  private static final Set<String> INLINE_PACKAGES = Set.of("java.time", "java.time.chrono");

  private ObjectStreamParts() {}

  /** The number of one of the classes here; 0 for any other class. */
  static int numberOf(@Nullable Class<?> type) {
    return type == null ? 0 : NUMBERED.indexOf(type) + 1;
  }

  /** The class with this number; null if it is none of those here. */
  static @Nullable Class<?> typeOf(int number) {
    return number > 0 && number <= NUMBERED.size() ? NUMBERED.get(number - 1) : null;
  }

  /** Whether an object is written to the Java object stream. */
  static boolean isInline(Object object) {
    Class<?> type = object.getClass();
    return object instanceof Enum
        || INLINE.contains(type.getName())
        || INLINE_PACKAGES.contains(type.getPackageName());
  }

  /**
   * The place of an object that is stored outside of the stream.
   *
   * @param owner the object of the stream, which the stream refers to before it is complete; null
   *     if it does not exist yet
   */
  record Part(@Nullable Object owner) implements Serializable {}

  /**
   * The only object of a stream. It catches a failure of the object's own code, which Java would
   * otherwise write to the stream.
   */
  static final class Content implements Serializable {

    @Serial private static final long serialVersionUID = 1L;

    private transient @Nullable Object object;

    Content(Object object) {
      this.object = object;
    }

    @Nullable Object object() {
      return object;
    }

    @Serial
    private void writeObject(ObjectOutputStream out) {
      try {
        out.writeObject(object);
      } catch (IOException e) {
        throw new HookFailure(e);
      }
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      object = in.readObject();
    }
  }

  /** The object's own code has failed. */
  static final class HookFailure extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    private final transient IOException failure;

    HookFailure(IOException failure) {
      super(failure);
      this.failure = failure;
    }

    IOException failure() {
      return failure;
    }
  }
}

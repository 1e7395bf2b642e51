package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller gets if a class of the application fails while it is decoded. */
class UserErrorsTest {

  private static @Nullable Supplier<Throwable> failure;

  private final KryoValueCodec codec =
      new KryoValueCodec(
          getClass().getClassLoader(),
          AllowList.of(List.of(UserErrorsTest.class.getName() + "$*")),
          ClassCodes.NONE);

  @AfterEach
  void failNoMore() {
    failure = null;
  }

  private static void failIfWanted() {
    if (failure != null) {
      UserErrorsTest.<RuntimeException>sneak(failure.get());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  static final class InReadObject implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      failIfWanted();
    }
  }

  static final class InReadResolve implements Serializable {
    private static final long serialVersionUID = 1L;

    private Object readResolve() {
      failIfWanted();
      return this;
    }
  }

  static final class InConstructor {
    InConstructor() {
      failIfWanted();
    }
  }

  record InRecord(int number) {
    InRecord {
      failIfWanted();
    }
  }

  static final class InHashCode {
    @Override
    public int hashCode() {
      failIfWanted();
      return 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof InHashCode;
    }
  }

  static final class InEquals {
    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      failIfWanted();
      return this == other;
    }
  }

  static final class InCompareTo implements Comparable<InCompareTo> {
    @Override
    public int compareTo(InCompareTo other) {
      failIfWanted();
      return 0;
    }
  }

  private static List<Object> values() {
    return List.of(
        new InReadObject(),
        new InReadResolve(),
        new InConstructor(),
        new InRecord(1),
        new HashSet<>(Set.of(new InHashCode())),
        new HashMap<>(Map.of(new InHashCode(), 1)),
        Map.of(new InHashCode(), 1, 2, 2),
        new HashSet<>(List.of(new InEquals(), new InEquals())),
        new TreeSet<>(Set.of(new InCompareTo())),
        new TreeMap<>(Map.of(new InCompareTo(), 1)));
  }

  @Test
  void decode_anyFailureOfAUsersClass_isUndecodable() {
    Map<Object, byte[]> stored = new LinkedHashMap<>();
    values().forEach(value -> stored.put(value.getClass() + ":" + stored.size(), encoded(value)));
    List<Supplier<Throwable>> failures =
        List.of(
            () -> new AssertionError("a"),
            ThreadDeath::new,
            () -> new Error("b"),
            StackOverflowError::new,
            () -> new InternalError("length is odd"),
            () -> new NoClassDefFoundError("c"),
            () -> new ExceptionInInitializerError("d"),
            () -> new IllegalStateException("e"),
            () -> new Exception("f"),
            UnhelpfulError::new);
    for (Supplier<Throwable> each : failures) {
      failure = each;
      stored.forEach(
          (name, bytes) ->
              assertThatThrownBy(() -> codec.decode(bytes, 0))
                  .as("%s %s", name, each.get().getClass())
                  .isExactlyInstanceOf(UndecodableValueException.class));
    }
    failure = null;
    stored.forEach((name, bytes) -> assertThat(codec.decode(bytes, 0)).isNotNull());
  }

  @Test
  void decode_errorOfTheJvm_isRethrown() {
    List<byte[]> stored = values().stream().map(this::encoded).toList();
    for (VirtualMachineError error : List.of(new OutOfMemoryError("a"), new UnknownError("b"))) {
      failure = () -> error;
      for (byte[] bytes : stored) {
        assertThatThrownBy(() -> codec.decode(bytes, 0)).isSameAs(error);
      }
    }
  }

  private byte[] encoded(Object value) {
    return codec.encode(value);
  }

  /** An error that fails even when it is asked for its cause. */
  private static final class UnhelpfulError extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      throw new AssertionError("no cause");
    }
  }
}

package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the codec java stores, reads and refuses. */
class JavaValueCodecTest {

  private static final String HERE = JavaValueCodecTest.class.getName();

  private final JavaValueCodec codec =
      new JavaValueCodec(
          JavaValueCodecTest.class.getClassLoader(),
          AllowList.of(List.of("!" + HERE + "$Forbidden", HERE + "$*")),
          KryoValueCodec.DEFAULT_MAX_DECODED_BYTES);

  record Line(String sku, int count) implements Serializable {}

  record Holder(Object content) implements Serializable {}

  static final class Link implements Serializable {
    private static final long serialVersionUID = 1L;
    @Nullable Link next;
  }

  static final class Forbidden implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  static final class NotSerializable {}

  static byte[] stream(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(FormatTag.JAVA.before(new byte[0]));
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void decode_anyValue_isEqual() {
    for (Object value :
        List.of(
            "text",
            42L,
            new Line("x", 1),
            List.of(new Line("x", 1), new Line("y", 2)),
            Map.of("k", Set.of(1, 2)),
            Instant.EPOCH,
            Thread.State.NEW == null ? "" : java.time.DayOfWeek.MONDAY,
            new ArrayList<>(Arrays.asList(1, null)))) {
      assertThat(codec.decode(codec.encode(value), 0)).isEqualTo(value);
    }
    byte[] stored = codec.encode(new Line("x", 1));
    assertThat(stored).startsWith(0, 0x83, 0xac, 0xed);
    byte[] moved = new byte[stored.length + 24];
    System.arraycopy(stored, 0, moved, 24, stored.length);
    assertThat(codec.decode(moved, 24)).isEqualTo(new Line("x", 1));
  }

  @Test
  void deepValue_chainOfLinks_isDecodedOnASmallStack() {
    Link first = new Link();
    Link last = first;
    for (int i = 0; i < 3_000; i++) {
      last.next = new Link();
      last = last.next;
    }
    byte[] stored = codec.encode(first);
    assertThat(codec.decode(stored, 0)).isInstanceOf(Link.class);
  }

  @Test
  void encode_refusedClasses_areNamed() {
    Supplier<String> lambda = (Supplier<String> & Serializable) () -> "x";
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Serializable.class, Runnable.class},
            (it, method, arguments) -> null);
    Map.of(
            new Holder(new Forbidden()), "$Forbidden is refused",
            new Holder(new NotSerializable()), "$NotSerializable, which is not Serializable",
            new Holder(lambda), "A lambda cannot be stored")
        .forEach(
            (value, reason) ->
                assertThatThrownBy(() -> codec.encode(value))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining(reason));
    assertThatThrownBy(() -> codec.encode(proxy)).isInstanceOf(CacheException.class);
  }

  @Test
  void decode_classThatIsNotAllowed_isUndecodable() {
    for (Object hostile :
        List.of(
            new Forbidden(),
            new Forbidden[1],
            new Holder(new Forbidden()),
            new java.io.File("x"))) {
      assertThatThrownBy(() -> codec.decode(stream(hostile), 0))
          .isInstanceOf(UndecodableValueException.class)
          .hasMessageContaining("is not allowed");
    }
  }

  /** 1 KB: sets of which each contains the two of the next level; and the same with records. */
  @Test
  void decode_setsThatContainEachOther_endWithinTheBudget() {
    for (boolean records : new boolean[] {false, true}) {
      Set<Object> root = new HashSet<>();
      Set<Object> a = root;
      Set<Object> b = new HashSet<>();
      for (int i = 0; i < 60; i++) {
        Set<Object> c = new HashSet<>();
        Set<Object> d = new HashSet<>();
        c.add("c");
        Object first = records ? new Holder(c) : c;
        Object second = records ? new Holder(d) : d;
        addWithoutHashing(a, first, second);
        addWithoutHashing(b, first, second);
        a = c;
        b = d;
      }
      byte[] bomb = stream(root);
      long start = System.nanoTime();
      assertThatThrownBy(() -> codec.decode(bomb, 0))
          .isInstanceOf(UndecodableValueException.class)
          .hasMessageContaining("hash codes");
      assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }
  }

  /** The sets are still empty, so their hash codes cost nothing; a is filled before b's level. */
  private static void addWithoutHashing(Set<Object> set, Object first, Object second) {
    set.add(first);
    set.add(second);
  }

  /** Each repetition in a set hashes a large list again. */
  @Test
  void decode_largeListRepeatedInASet_endsWithinTheBudget() {
    List<Integer> large = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      large.add(i % 100);
    }
    List<Object> repeated = new ArrayList<>(java.util.Collections.nCopies(100_000, large));
    for (Object bomb :
        List.of(
            new ArrayList<>(List.of(large, repeated)),
            java.util.Collections.nCopies(Integer.MAX_VALUE, "x"))) {
      byte[] stored = stream(bomb);
      assertThatThrownBy(() -> codec.decode(stored, 0))
          .isInstanceOf(UndecodableValueException.class);
    }
  }

  @Test
  void decode_forgedLengthsAndDamage_areUndecodable() {
    byte[] stored = codec.encode(new ArrayList<>(List.of(new long[10], "text")));
    for (int i = 2; i < stored.length; i++) {
      for (int change : new int[] {1, 0x80, 0x7f}) {
        byte[] damaged = stored.clone();
        damaged[i] ^= (byte) change;
        try {
          Object unused = codec.decode(damaged, 0);
        } catch (UndecodableValueException e) {
          // expected for most
        }
      }
    }
    byte[] longer = Arrays.copyOf(stored, stored.length + 1);
    assertThatThrownBy(() -> codec.decode(longer, 0)).isInstanceOf(UndecodableValueException.class);
    assertThatThrownBy(() -> codec.decode("hello".getBytes(ISO_8859_1), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("the codec java");
  }
}

package dev.corral.jcache.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.VerifyOptions.Comparison;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.ClassCodes;
import dev.corral.jcache.internal.codec.values.KryoValueCodec;
import dev.corral.jcache.internal.codec.values.ValueFormat;
import dev.corral.jcache.internal.store.ValueComparison.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a cached value and a loaded one are the same. */
class ValueComparisonTest {

  private static final AllowList ALLOWED =
      AllowList.of(List.of(ValueComparisonTest.class.getName() + "$*"));

  private final ValueFormat kryo =
      new KryoValueCodec(getClass().getClassLoader(), ALLOWED, ClassCodes.NONE);

  private Result compare(
      Comparison comparison, ValueFormat format, @Nullable Object cached, @Nullable Object loaded) {
    EntryCodec<Object, Object> codec =
        new EntryCodec<>(
            "compared", new KeyCodecs(List.of(), ALLOWED, getClass().getClassLoader()), format);
    @Nullable Object stored = cached == null ? null : codec.value(codec.bytes(cached), 0);
    return new ValueComparison<>(codec, comparison).compare(stored, loaded);
  }

  private Result byEquals(@Nullable Object cached, @Nullable Object loaded) {
    return compare(Comparison.EQUALS, kryo, cached, loaded);
  }

  private Result byBytes(@Nullable Object cached, @Nullable Object loaded) {
    return compare(Comparison.BYTES, kryo, cached, loaded);
  }

  /** A row with all parts in its {@code equals}. */
  record Full(long id, String name) {}

  /** A row without {@code equals}. */
  static final class Plain {

    final long id;
    final List<Object> parts;

    Plain(long id, Object... parts) {
      this.id = id;
      this.parts = new ArrayList<>(Arrays.asList(parts));
    }
  }

  /** An entity, which is equal to each version of itself. */
  static final class Entity {

    final long id;
    final String name;

    Entity(long id, String name) {
      this.id = id;
      this.name = name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Entity that && that.id == id;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id);
    }
  }

  /** A row with a part that is not stored. */
  static final class Partial {

    final String name;
    final transient String note;

    Partial(String name, String note) {
      this.name = name;
      this.note = note;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Partial that && that.name.equals(name) && note.equals(that.note);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  @Test
  void compare_absentValues_onlyTwoOfThemAreTheSame() {
    assertThat(byEquals(null, null)).isEqualTo(Result.SAME);
    assertThat(byEquals(null, "a")).isEqualTo(Result.DIFFERENT);
    assertThat(byEquals("a", null)).isEqualTo(Result.DIFFERENT);
  }

  @Test
  void compare_valuesWithEquals_areTheSameIfEqual() {
    assertThat(byEquals(new Full(1, "a"), new Full(1, "a"))).isEqualTo(Result.SAME);
    assertThat(byEquals(new Full(1, "a"), new Full(1, "b"))).isEqualTo(Result.DIFFERENT);
    assertThat(byEquals(new Full(1, "ab"), new Full(1, "ba"))).isEqualTo(Result.DIFFERENT);
    assertThat(byEquals(Set.of("a", "b"), new HashSet<>(List.of("b", "a")))).isEqualTo(Result.SAME);
    assertThat(byEquals(new byte[] {1}, new byte[] {1})).isEqualTo(Result.SAME);
    assertThat(byEquals(new byte[] {1}, new byte[] {2})).isEqualTo(Result.DIFFERENT);
  }

  @Test
  void compare_valuesWithoutEquals_areComparedByTheirBytes() {
    assertThat(byEquals(new Plain(1, "a"), new Plain(1, "a"))).isEqualTo(Result.SAME);
    assertThat(byEquals(new Plain(1, "a"), new Plain(1, "b"))).isEqualTo(Result.DIFFERENT);
    assertThat(byEquals(new Plain(1, "a", "b"), new Plain(1, "b", "a"))).isEqualTo(Result.UNKNOWN);
  }

  @Test
  void compare_setOfObjectsWithoutHashCode_isNeverDifferent() {
    Set<Object> one = new HashSet<>();
    Set<Object> other = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      one.add(new Plain(i));
      other.add(new Plain(i));
    }
    assertThat(byEquals(new Plain(1, one), new Plain(1, other))).isNotEqualTo(Result.DIFFERENT);
  }

  @Test
  void compare_entityThatEqualsItsOtherVersions_differsByItsBytesOnly() {
    Entity old = new Entity(1, "a");
    Entity current = new Entity(1, "b");

    assertThat(byEquals(old, current)).isEqualTo(Result.SAME);
    assertThat(byBytes(old, current)).isEqualTo(Result.DIFFERENT);
    assertThat(byBytes(old, new Entity(1, "a"))).isEqualTo(Result.SAME);
  }

  @Test
  void compare_partThatIsNotStored_doesNotCount() {
    assertThat(byBytes(new Partial("a", "x"), new Partial("a", "y"))).isEqualTo(Result.SAME);
  }

  /** An encrypted value has other bytes each time. */
  private record Randomized(ValueFormat format) implements ValueFormat {

    @Override
    public byte[] encode(Object value) {
      byte[] plain = format.encode(value);
      byte[] all = Arrays.copyOf(plain, plain.length + Long.BYTES);
      for (int i = plain.length; i < all.length; i++) {
        all[i] = (byte) ThreadLocalRandom.current().nextInt();
      }
      return all;
    }

    @Override
    public Object decode(byte[] bytes, int offset, int storedBytes) {
      return format.decode(Arrays.copyOfRange(bytes, offset, bytes.length - Long.BYTES), 0);
    }

    @Override
    public long limit(int storedBytes) {
      return format.limit(storedBytes);
    }
  }

  @Test
  void compare_bytesThatVary_needEquals() {
    ValueFormat random = new Randomized(kryo);

    assertThat(compare(Comparison.EQUALS, random, new Full(1, "a"), new Full(1, "a")))
        .isEqualTo(Result.SAME);
    assertThat(compare(Comparison.EQUALS, random, new Full(1, "a"), new Full(1, "b")))
        .isEqualTo(Result.DIFFERENT);
    assertThat(compare(Comparison.EQUALS, random, new Plain(1), new Plain(1)))
        .isEqualTo(Result.UNKNOWN);
    assertThat(compare(Comparison.BYTES, random, new Full(1, "a"), new Full(1, "b")))
        .isEqualTo(Result.UNKNOWN);
  }
}

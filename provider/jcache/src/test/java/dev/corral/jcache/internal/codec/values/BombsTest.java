package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Small stored values that would take much memory or time, and large values that are correct. */
@Tag("baseline-jdk")
@Timeout(120)
class BombsTest {

  private static final long MAX_MIB = 150;
  private static final long MAX_MILLIS = 5_000;

  private final CompressingCodec codec = Bombs.codec();
  private final CompressingCodec compressing =
      new CompressingCodec(
          new KryoValueCodec(getClass().getClassLoader(), AllowList.of(List.of()), ClassCodes.NONE),
          1_000);

  @Test
  void decode_bombInAHeapOf512Mib_isAMissWithin150MibAnd5Seconds() {
    List<String> violations = new ArrayList<>();
    int bombs = 0;
    try (ChildJvm child = ChildJvm.startWithHeap("512m", BombWorker.class)) {
      for (String line = child.await(""); !line.equals("END"); line = child.await("")) {
        if (!line.startsWith("BOMB ")) {
          continue;
        }
        String[] parts = line.substring(5).split("; ", 5);
        boolean fine =
            Long.parseLong(parts[2]) <= MAX_MIB
                && Long.parseLong(parts[3]) <= MAX_MILLIS
                && parts[4].equals("a miss");
        bombs++;
        if (!fine) {
          violations.add(line);
        }
      }
    }
    assertThat(violations).as("name; bytes; MiB; ms; result").isEmpty();
    assertThat(bombs).isEqualTo(Bombs.all().size()).isGreaterThan(35);
  }

  @Test
  void encode_setsThatContainEachOther_isRefused() {
    for (Object value : List.of(Bombs.setsOfSets(), List.of(1, Bombs.setsOfSets()))) {
      assertThatThrownBy(() -> codec.encode(value))
          .isInstanceOf(CacheException.class)
          .isNotInstanceOf(UndecodableValueException.class)
          .hasMessageContaining("hash codes");
    }
  }

  @Test
  void encode_regularExpressionWithCanonicalEquivalence_isRefused() {
    assertThatThrownBy(() -> codec.encode(Pattern.compile("a", Pattern.CANON_EQ)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("CANON_EQ");
    Pattern other = Pattern.compile("a+", Pattern.CASE_INSENSITIVE);
    assertThat(((Pattern) roundTrip(other)).flags()).isEqualTo(other.flags());
  }

  @Test
  void decode_largeButCorrectValues_areEqual() {
    List<Object> values = new ArrayList<>();
    values.add(IntStream.range(0, 300_000).boxed().collect(Collectors.toList()));
    values.add(IntStream.range(0, 200_000).boxed().collect(Collectors.toSet()));
    Map<Object, Object> maps = new HashMap<>();
    IntStream.range(0, 20_000).forEach(i -> maps.put(i, new HashMap<>(Map.of(i, Set.of(i)))));
    values.add(maps);
    values.add(new CopyOnWriteArraySet<>(IntStream.range(0, 5_000).boxed().toList()));
    Object nested = "inner";
    for (int i = 0; i < 25; i++) {
      nested = new HashSet<>(List.of(nested, i));
    }
    values.add(nested);
    List<Object> shared = new ArrayList<>(List.of("a", "b"));
    for (int i = 0; i < 15; i++) {
      shared = new ArrayList<>(List.of(shared, shared));
    }
    values.add(Set.of(shared));
    for (Object value : values) {
      assertThat(roundTrip(value)).isEqualTo(value);
      assertThat(compressing.decode(compressing.encode(value), 0)).isEqualTo(value);
    }
  }

  /** A graph in which the number of paths is astronomic, without any hash code over its parts. */
  @Test
  void decode_manyPathsWithoutHashCodes_isTheGraph() {
    List<Object> shared = new ArrayList<>(List.of("a", "b"));
    for (int i = 0; i < 100; i++) {
      shared = new ArrayList<>(List.of(shared, shared));
    }
    List<?> read = (List<?>) roundTrip(shared);
    assertThat(read.get(0)).isSameAs(read.get(1)).isInstanceOf(List.class);
  }

  @Test
  void encode_compressedFormNeedsTooMuchMemory_isStoredUncompressed() {
    List<List<?>> lists = new ArrayList<>();
    IntStream.range(0, 700_000).forEach(i -> lists.add(new ArrayList<>()));
    byte[] stored = compressing.encode(lists);
    assertThat(stored[0]).isNotZero();
    assertThat((List<?>) compressing.decode(stored, 0)).hasSize(700_000);

    String text = "all work and no play ".repeat(250_000);
    assertThat(compressing.encode(text)).hasSizeLessThan(100_000);
    assertThat(compressing.decode(compressing.encode(text), 0)).isEqualTo(text);
  }

  /** What is not compressed never exhausts the budget of memory, whatever it contains. */
  @Test
  void decode_anyUncompressedValueWithoutAMinimum_isEqual() {
    KryoValueCodec strict =
        new KryoValueCodec(
            getClass().getClassLoader(), AllowList.of(List.of("*")), ClassCodes.NONE, 0);
    KryoValueCodecTest.values()
        .forEach(value -> assertThat(strict.decode(strict.encode(value), 0)).isEqualTo(value));
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      Object value = KryoValueCodecTest.values().skip(random.nextInt(60)).findFirst().orElseThrow();
      for (int depth = random.nextInt(4); depth > 0; depth--) {
        value = wrapped(random, value);
      }
      assertThat(strict.decode(strict.encode(value), 0)).isEqualTo(value);
    }
  }

  private static Object wrapped(Random random, Object value) {
    return switch (random.nextInt(5)) {
      case 0 -> List.of(value);
      case 1 -> Map.of(value, value);
      case 2 -> new HashSet<>(Set.of(value, random.nextInt()));
      case 3 -> Collections.singletonMap(random.nextInt(), value);
      default -> new ArrayList<>(Collections.nCopies(random.nextInt(20) + 1, value));
    };
  }

  private Object roundTrip(Object value) {
    return codec.decode(codec.encode(value), 0);
  }
}

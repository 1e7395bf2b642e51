package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.corral.jcache.internal.redis.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.cache.CacheException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a codec accepts, another one reads, for generated object graphs. The system property {@code
 * test.generated-values} is the number of graphs, 3,000 by default; {@code test.seed} repeats a
 * run.
 */
@NullUnmarked
class GeneratedValueTest {

  private static final int MAX_SHRINKING = 200;

  /** All reasons for which a graph may be refused. */
  private static final List<String> REASONS =
      List.of("contains itself", "is part of a cycle", "An object in a cycle has replaced itself");

  /** The short run has the same graphs each time; a longer one has others. */
  private static final int TRIES = 3_000;

  @TempDir private Path directory;

  static RandomGenerator<List<Integer>> numbers() {
    return Arbitraries.integers()
        .between(0, Integer.MAX_VALUE)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40)
        .generator(1_000);
  }

  /** What is wrong with the codec for this graph; empty if nothing is. */
  private static Optional<String> fault(List<Integer> numbers) {
    Object value = GeneratedGraph.of(numbers);
    byte[] bytes;
    try {
      bytes = RoundTrip.encode(value);
    } catch (CacheException e) {
      String message = String.valueOf(e.getMessage());
      return REASONS.stream().anyMatch(message::contains)
          ? Optional.empty()
          : Optional.of("refused without a good reason: " + message);
    } catch (RuntimeException | Error e) {
      return Optional.of("encode failed with " + e);
    }
    try {
      return Optional.ofNullable(GraphComparison.differenceOf(value, RoundTrip.decode(bytes)));
    } catch (RuntimeException | Error e) {
      return Optional.of("decode failed with " + e);
    }
  }

  private static boolean isStored(List<Integer> numbers) {
    try {
      return RoundTrip.encode(GeneratedGraph.of(numbers)).length > 0;
    } catch (CacheException e) {
      return false;
    }
  }

  private static Shrinkable<List<Integer>> shrunk(Shrinkable<List<Integer>> failing) {
    Shrinkable<List<Integer>> smallest = failing;
    for (int i = 0; i < MAX_SHRINKING; i++) {
      Optional<Shrinkable<List<Integer>>> smaller =
          smallest
              .shrink()
              .limit(1_000)
              .filter(each -> fault(each.value()).isPresent())
              .findFirst();
      if (smaller.isEmpty()) {
        return smallest;
      }
      smallest = smaller.get();
    }
    return smallest;
  }

  /**
   * Graphs that were faults: a map within a wrapper whose values contain themselves; and a set with
   * a repeated object whose hash code needs an object that is not complete.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2105 1 7 0 23 0 0 0 26 26 4647014 0 965654 0 0",
        "18408 0 0 0 0 3 26 3 117183 0 0 0 0 0 26 26 26 0 0 0 26 0 26 0 0 0 0 0 26 253 0 0 26"
            + " 737882 0 0 0 0",
        "4 3 0 0 1 0 0 26 26 26 327243 0 0 0 26 8724446 0 0 0 571634"
      })
  void decode_keptGraph_isEqualOrWasRefused(String numbers) {
    assertThat(fault(Stream.of(numbers.split(" ")).map(Integer::valueOf).toList())).isEmpty();
  }

  @Test
  void decode_generatedGraph_isEqualOrWasRefused() {
    int tries = Integer.getInteger("test.generated-values", TRIES);
    long seed = Long.getLong("test.seed", tries == TRIES ? 1 : new Random().nextLong());
    JqwikSession.run(
        () -> {
          Random random = new Random(seed);
          RandomGenerator<List<Integer>> generator = numbers();
          int stored = 0;
          for (int i = 0; i < tries; i++) {
            Shrinkable<List<Integer>> each = generator.next(random);
            if (fault(each.value()).isPresent()) {
              List<Integer> smallest = shrunk(each).value();
              fail("test.seed=" + seed + ", " + smallest + ": " + fault(smallest).orElse(""));
            }
            stored += i % 10 == 0 && isStored(each.value()) ? 1 : 0;
          }
          assertThat(stored).as("test.seed=%d", seed).isGreaterThan(tries / 10 / 2);
        });
  }

  @Test
  void decode_inAnotherJvm_isEqual() throws IOException {
    TreeMap<Integer, byte[]> stored = new TreeMap<>();
    for (int seed = 0; seed < 200; seed++) {
      try {
        stored.put(seed, RoundTrip.encode(GeneratedGraph.of(numbersOf(seed))));
      } catch (CacheException e) {
        assertThat(REASONS).anyMatch(reason -> String.valueOf(e.getMessage()).contains(reason));
      }
    }
    List<String> lines =
        stored.entrySet().stream()
            .map(each -> each.getKey() + " " + HexFormat.of().formatHex(each.getValue()))
            .toList();
    Path file = Files.write(directory.resolve("values"), lines);
    try (ChildJvm other = ChildJvm.start(GeneratedValueReader.class, file.toString())) {
      assertThat(other.await("result:")).isEqualTo(stored.size() + " equal");
    }
    assertThat(stored.size()).isGreaterThan(100);
  }

  static List<Integer> numbersOf(long seed) {
    Random random = new Random(seed);
    return random.ints(30, 0, Integer.MAX_VALUE).boxed().toList();
  }
}

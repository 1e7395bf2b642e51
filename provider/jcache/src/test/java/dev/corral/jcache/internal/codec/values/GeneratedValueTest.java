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
import javax.cache.CacheException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

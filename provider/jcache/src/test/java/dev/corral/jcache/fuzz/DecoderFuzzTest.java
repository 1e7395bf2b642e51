package dev.corral.jcache.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.codec.keys.KeyFuzzTarget;
import dev.corral.jcache.internal.codec.values.ClassTableFuzzTarget;
import dev.corral.jcache.internal.codec.values.CompressedFuzzTarget;
import dev.corral.jcache.internal.codec.values.OtherFormatsFuzzTarget;
import dev.corral.jcache.internal.codec.values.ValueFuzzTarget;
import dev.corral.jcache.internal.feed.FeedFuzzTarget;
import dev.corral.jcache.internal.redis.EnvelopeFuzzTarget;
import dev.corral.jcache.internal.store.queue.QueueFuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every decoder with mutated input. Each runs for one second, with the same mutations in each run;
 * or, with other mutations in each run, for the number of seconds in the system property {@code
 * test.fuzz-seconds}. The property {@code test.fuzz-seed} repeats such a run.
 */
class DecoderFuzzTest {

  private static final long SECONDS = Long.getLong("test.fuzz-seconds", 1);
  private static final long SEED =
      Long.getLong("test.fuzz-seed", SECONDS == 1 ? 1 : System.nanoTime());

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  enum Target {
    VALUE(ValueFuzzTarget::fuzzerTestOneInput, ValueFuzzTarget::seeds),
    COMPRESSED(CompressedFuzzTarget::fuzzerTestOneInput, CompressedFuzzTarget::seeds),
    JSON(OtherFormatsFuzzTarget::fuzzJson, OtherFormatsFuzzTarget::jsonSeeds),
    JAVA(OtherFormatsFuzzTarget::fuzzJava, OtherFormatsFuzzTarget::javaSeeds),
    ENCRYPTED(OtherFormatsFuzzTarget::fuzzEncrypted, OtherFormatsFuzzTarget::encryptedSeeds),
    CLASS_TABLE(ClassTableFuzzTarget::fuzzerTestOneInput, ClassTableFuzzTarget::seeds),
    KEY(KeyFuzzTarget::fuzzerTestOneInput, KeyFuzzTarget::seeds),
    FEED(FeedFuzzTarget::fuzzerTestOneInput, FeedFuzzTarget::seeds),
    QUEUE(QueueFuzzTarget::fuzzerTestOneInput, QueueFuzzTarget::seeds),
    ENVELOPE(EnvelopeFuzzTarget::fuzzerTestOneInput, EnvelopeFuzzTarget::seeds);

    private final transient Consumer<byte[]> decoder;
    private final transient Supplier<List<byte[]>> seeds;

    Target(Consumer<byte[]> decoder, Supplier<List<byte[]>> seeds) {
      this.decoder = decoder;
      this.seeds = seeds;
    }

    List<byte[]> corpus() {
      List<byte[]> corpus = new ArrayList<>(seeds.get());
      corpus.addAll(MutationFuzzer.kept(name().toLowerCase(java.util.Locale.ROOT)));
      return corpus;
    }
  }

  @ParameterizedTest
  @EnumSource
  void decode_mutatedInput_keepsItsContract(Target target) {
    long inputs =
        new MutationFuzzer(target.decoder, target.corpus(), SEED)
            .run(TimeUnit.SECONDS.toNanos(SECONDS));
    System.out.printf("%s: %d inputs in %d s, seed %d%n", target, inputs, SECONDS, SEED);
    assertThat(inputs).isGreaterThan(100);
  }

  /** Writes the corpus of each decoder to a folder of its own, for a coverage-guided fuzzer. */
  public static void main(String[] arguments) throws IOException {
    for (Target target : Target.values()) {
      Path folder = Files.createDirectories(Path.of(arguments[0], target.name()));
      int number = 0;
      for (byte[] input : target.corpus()) {
        Files.write(folder.resolve("seed-" + number++), input);
      }
    }
  }
}

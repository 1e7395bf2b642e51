package dev.corral.jcache.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs a decoder with mutations of a corpus. A decoder violates its contract if it throws anything,
 * allocates more than 150 MiB, or takes more than 5 seconds.
 */
final class MutationFuzzer {

  private static final long MAX_ALLOCATED = 150L << 20;
  private static final long MAX_NANOS = 5_000_000_000L;
  private static final int MAX_LENGTH = 4_096;
  private static final int MAX_MUTATIONS = 8;
  private static final int[] INTERESTING = {0, 1, 2, 3, 4, 16, 32, 64, 0x7f, 0x80, 0xfe, 0xff};

  private final Consumer<byte[]> decoder;
  private final List<byte[]> corpus = new ArrayList<>();
  private final Random random;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long inputs;

  MutationFuzzer(Consumer<byte[]> decoder, List<byte[]> seeds, long seed) {
    this.decoder = decoder;
    this.corpus.addAll(seeds);
    this.random = new Random(seed);
  }

  /** The kept inputs of a decoder: one in each line, hexadecimal. */
  static List<byte[]> kept(String name) {
    try (InputStream in = MutationFuzzer.class.getResourceAsStream(name + ".hex")) {
      return in == null
          ? List.of()
          : new String(in.readAllBytes(), UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(line -> HexFormat.of().parseHex(line.strip()))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the whole corpus, and then mutations until the time is over; returns their number. */
  long run(long nanos) {
    long end = System.nanoTime() + nanos;
    List.copyOf(corpus).forEach(this::check);
    while (System.nanoTime() < end) {
      check(mutated());
    }
    return inputs;
  }

  private void check(byte[] input) {
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    long start = System.nanoTime();
    try {
      decoder.accept(input.clone());
    } catch (Throwable e) {
      throw new AssertionError("Input " + HexFormat.of().formatHex(input), e);
    }
    long nanos = System.nanoTime() - start;
    allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated;
    inputs++;
    if (nanos > MAX_NANOS || allocated > MAX_ALLOCATED) {
      throw new AssertionError(
          "%d ms, %d bytes: input %s"
              .formatted(nanos / 1_000_000, allocated, HexFormat.of().formatHex(input)));
    }
  }

  private byte[] mutated() {
    byte[] bytes = any();
    for (int i = random.nextInt(MAX_MUTATIONS); i >= 0; i--) {
      bytes = mutated(bytes);
    }
    return bytes.length <= MAX_LENGTH ? bytes : Arrays.copyOf(bytes, MAX_LENGTH);
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size())).clone();
  }

  private byte[] mutated(byte[] bytes) {
    if (bytes.length == 0) {
      return any();
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(9)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes[at] = (byte) INTERESTING[random.nextInt(INTERESTING.length)];
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return replaced(bytes, at, 0, part(bytes));
      }
      case 5 -> {
        return replaced(bytes, at, random.nextInt(bytes.length - at) + 1, new byte[0]);
      }
      case 6 -> {
        return replaced(bytes, at, 0, part(any()));
      }
      case 7 -> {
        byte[] other = part(any());
        return replaced(bytes, at, Math.min(other.length, bytes.length - at), other);
      }
      default -> {
        byte[] large = {-1, -1, -1, -1, (byte) (random.nextBoolean() ? 0x07 : 0x7f)};
        return replaced(bytes, at, Math.min(random.nextInt(6), bytes.length - at), large);
      }
    }
    return bytes;
  }

  private byte[] part(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int from = random.nextInt(bytes.length);
    return Arrays.copyOfRange(bytes, from, from + 1 + random.nextInt(bytes.length - from));
  }

  private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
    byte[] result = new byte[bytes.length - length + by.length];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(by, 0, result, at, by.length);
    System.arraycopy(bytes, at + length, result, at + by.length, bytes.length - at - length);
    return result;
  }
}

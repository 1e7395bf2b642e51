package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.examples.chaos.Operation.Call;
import dev.corral.examples.chaos.Operation.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The file into which one JVM writes its part of a history. Each line goes to the operating system
 * before the call that it describes, so it survives the SIGKILL of the JVM. Safe for many threads.
 *
 * <p>Lines: {@code S} the start of an operation, {@code R} its return, {@code F} its failure,
 * {@code P} a time in which the JVM did not run, {@code O} that a cache finds Redis unavailable
 * from now on, {@code A} that it finds it available.
 */
final class HistoryFile implements AutoCloseable {

  static final String NULL = "~";

  private final FileChannel channel;
  private final AtomicLong lastNumber = new AtomicLong();

  HistoryFile(Path file) {
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records that a call begins; returns its number. */
  long started(Caller caller, Call call) {
    long number = lastNumber.incrementAndGet();
    String text =
        String.join(
            "\t",
            call.cache(),
            call.kind().name(),
            call.key(),
            text(call.argument()),
            text(call.expected()));
    write("S\t%d\t%d\t%d\t%s".formatted(number, caller.thread(), System.nanoTime(), text));
    return number;
  }

  void returned(long number, @Nullable String result) {
    write("R\t%d\t%d\t%s".formatted(number, System.nanoTime(), text(result)));
  }

  void failed(long number, Throwable exception) {
    long now = System.nanoTime();
    StringBuilder text = new StringBuilder();
    for (Throwable it = exception; it != null; it = it.getCause()) {
      text.append(text.isEmpty() ? "" : " <- ").append(it.getClass().getName());
      text.append(": ").append(String.valueOf(it.getMessage()).replaceAll("\\s+", " "));
    }
    write("F\t%d\t%d\t%s".formatted(number, now, text));
  }

  void paused(long from, long to) {
    write("P\t%d\t%d".formatted(from, to));
  }

  void availability(String cache, boolean isAvailable) {
    write("%s\t%d\t%s".formatted(isAvailable ? "A" : "O", System.nanoTime(), cache));
  }

  private static String text(@Nullable String value) {
    return value == null ? NULL : value;
  }

  private void write(String line) {
    ByteBuffer bytes = UTF_8.encode(line + "\n");
    try {
      synchronized (channel) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.corral.examples.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A server written in Java, in a JVM of its own on 127.0.0.1, as Redis is a process of its own: so
 * neither its garbage nor its threads are mistaken for its client's. It ends when its standard
 * input does, hence never later than this JVM.
 */
final class ServerProcess implements AutoCloseable {

  private static final long START_SECONDS = 60;
  private static final long END_SECONDS = 10;

  private final Process process;
  private final CompletableFuture<String> ready;

  private ServerProcess(Process process) {
    this.process = process;
    this.ready =
        CompletableFuture.supplyAsync(() -> firstLine(process))
            .orTimeout(START_SECONDS, TimeUnit.SECONDS);
  }

  /** Begins to run a main class that calls {@link #serve}. */
  static ServerProcess start(Class<?> main, List<String> jvmArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(jvmArguments);
    command.add("-classpath");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    try {
      return new ServerProcess(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(Process process) {
    try {
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      @Nullable String line = output.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * In the process of the server: starts it at a free port, prints the port for the parent, and
   * ends with the parent or on its demand.
   */
  static void serve(IntConsumer start) {
    PrintStream parent = System.out;
    System.setOut(System.err);
    try {
      int port = RedisServer.freePort();
      start.accept(port);
      parent.println(port);
      while (System.in.read() >= 0) {}
      System.exit(0);
    } catch (IOException | RuntimeException | Error e) {
      e.printStackTrace();
      System.exit(1); // the server's threads would go on
    }
  }

  /** Where it listens; waits until it does. */
  String address() {
    try {
      return "127.0.0.1:" + Integer.parseInt(ready.join());
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw new IllegalStateException("a server did not start", e);
    }
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
  }
}

package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A second JVM that runs a main class of the tests. The test reads its output line by line. */
public final class ChildJvm implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
  }

  /** Starts {@code main} with the class path of this JVM. */
  public static ChildJvm start(Class<?> main, String... arguments) {
    return start("128m", System.getProperty("java.class.path"), main, arguments);
  }

  /** Starts {@code main} with a heap of this size, such as {@code 512m}. */
  public static ChildJvm startWithHeap(String heap, Class<?> main, String... arguments) {
    return start(heap, System.getProperty("java.class.path"), main, arguments);
  }

  /** Starts {@code main} without those entries of the class path that contain {@code absent}. */
  public static ChildJvm startWithout(String absent, Class<?> main, String... arguments) {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains(absent))
            .collect(Collectors.joining(File.pathSeparator));
    return start("128m", classPath, main, arguments);
  }

  /** Starts {@code main} with one more entry of the class path. */
  public static ChildJvm startWith(Path entry, Class<?> main, String... arguments) {
    String classPath = System.getProperty("java.class.path");
    return start("128m", entry + File.pathSeparator + classPath, main, arguments);
  }

  /** Starts {@code main} with more options of the JVM, and more variables in its environment. */
  public static ChildJvm start(
      List<String> options, Map<String, String> variables, Class<?> main, String... arguments) {
    return start(System.getProperty("java.class.path"), options, variables, main, arguments);
  }

  private static ChildJvm start(String heap, String classPath, Class<?> main, String... arguments) {
    return start(classPath, List.of("-Xmx" + heap), Map.of(), main, arguments);
  }

  private static ChildJvm start(
      String classPath,
      List<String> options,
      Map<String, String> variables,
      Class<?> main,
      String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String name : List.of("corral.embedded.server", "user.language", "user.timezone")) {
      String value = System.getProperty(name);
      if (value != null && !value.isEmpty()) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", classPath));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(variables);
      return new ChildJvm(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the next line that starts with {@code marker}; returns the rest of that line. */
  public String await(String marker) {
    List<String> lines = new ArrayList<>();
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.startsWith(marker)) {
          return line.substring(marker.length()).strip();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("The JVM ended without writing " + marker + "; it wrote " + lines);
  }

  /** Waits until the JVM ends; returns all that it has written. */
  public String output() {
    return output.lines().collect(Collectors.joining("\n"));
  }

  /** Returns whether the JVM exits by itself within this time. */
  public boolean exitsWithin(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public long pid() {
    return process.pid();
  }

  public int exitCode() {
    return process.exitValue();
  }

  /** Sends SIGTERM: the shutdown hooks run. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGSTOP: the JVM is suspended. */
  public void stop() {
    signal("-STOP");
  }

  /** Sends SIGCONT: the JVM continues. */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends SIGKILL: no shutdown hook runs. */
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

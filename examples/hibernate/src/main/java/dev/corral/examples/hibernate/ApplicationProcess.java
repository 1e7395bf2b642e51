package dev.corral.examples.hibernate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An {@link Application} in its own JVM. */
final class ApplicationProcess implements AutoCloseable {

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader output;
  private final String greeting;

  private ApplicationProcess(Process process) throws IOException {
    this.process = process;
    this.commands = process.outputWriter(UTF_8);
    this.output = process.inputReader(UTF_8);
    this.greeting = line();
  }

  /**
   * Starts a process with the class path of this JVM, and waits until it accepts commands.
   *
   * @param database the name of its database
   * @param keyPrefix the prefix of all its keys in Redis
   */
  static ApplicationProcess start(Servers servers, String database, String keyPrefix) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Djakarta.persistence.jdbc.url=" + servers.databaseUrl(database),
            "-cp",
            System.getProperty("java.class.path"),
            Application.class.getName());
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CORRAL_REDIS_URI", servers.redisUri());
    builder.environment().put("CORRAL_REDIS_KEY_PREFIX", keyPrefix);
    try {
      return new ApplicationProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first line that it printed: the release of Hibernate. */
  String greeting() {
    return greeting;
  }

  /** Runs a command and returns the reports that it printed. */
  List<Report> run(String command) {
    try {
      send(command);
      List<Report> reports = new ArrayList<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        reports.add(Report.parse(line));
      }
      return reports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes main return without closing anything, waits, and returns the exit code. */
  int leave() {
    try {
      send("leave");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return end();
  }

  /** Closes the session factory, makes main return, waits, and returns the exit code. */
  int finish() {
    try {
      commands.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return end();
  }

  private void send(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
  }

  private String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("The process ended; it wrote the reason to the standard error");
    }
    return line;
  }

  private int end() {
    Duration limit = Duration.ofSeconds(10);
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("The process is still alive after " + limit);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the process", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Kills the process if it is still running. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}

package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A JVM that runs {@link Worker}. Safe for many threads. */
final class WorkerProcess implements AutoCloseable {

  private static final String END = "\0";

  private final int number;
  private final int incarnation;
  private final Process process;
  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();

  private WorkerProcess(int number, int incarnation, Process process) {
    this.number = number;
    this.incarnation = incarnation;
    this.process = process;
    Thread reader = new Thread(this::read, "replies-of-worker-" + number);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a worker; does not wait until it is ready.
   *
   * @param log where its log goes
   */
  static WorkerProcess start(String uri, int number, int incarnation, int databasePort, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.addAll(List.of(Worker.class.getName(), uri, "" + number, "" + incarnation));
    command.add(Integer.toString(databasePort));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(it -> it.startsWith("CORRAL_"));
    builder.environment().remove("REDIS_URL");
    try {
      Process process =
          ChildProcesses.add(builder.redirectError(Redirect.appendTo(log.toFile())).start());
      return new WorkerProcess(number, incarnation, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader output = process.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        replies.add(line);
      }
    } catch (IOException e) {
      // the worker was killed
    }
    replies.add(END);
  }

  int number() {
    return number;
  }

  int incarnation() {
    return incarnation;
  }

  /** The name of the JVM in histories. */
  String jvm() {
    return new Operation.Caller(number, incarnation, 0).jvm();
  }

  /** Waits until the worker has opened its caches. */
  void awaitReady() {
    if (!"ready".equals(reply(90))) {
      throw new IllegalStateException("worker %d did not start; see its log".formatted(number));
    }
  }

  /**
   * Sends a command and waits for the reply.
   *
   * @return null if there was none in this time, or the worker has ended
   */
  synchronized @Nullable String call(int seconds, String... words) {
    send(words);
    return reply(seconds);
  }

  /** Sends a command, whose reply the next {@link #reply} returns. */
  synchronized void send(String... words) {
    try {
      process.getOutputStream().write((String.join("\t", words) + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      replies.add(END); // the worker has ended
    }
  }

  /** Waits for a reply; null if there was none in this time, or the worker has ended. */
  @Nullable String reply(int seconds) {
    try {
      String reply = replies.poll(seconds, TimeUnit.SECONDS);
      return END.equals(reply) ? null : reply;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** SIGSTOP. */
  void suspend() {
    if (process.isAlive()) {
      Signals.send("STOP", process.pid());
    }
  }

  /** SIGCONT. */
  void resume() {
    if (process.isAlive()) {
      Signals.send("CONT", process.pid());
    }
  }

  @Override
  public void close() {
    kill();
  }
}

package dev.corral.examples.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The JVMs of a session, some of which are killed and started again. */
final class Workers implements AutoCloseable {

  /** The number of JVMs. */
  static final int COUNT = 3;

  private final String uri;
  private final int databasePort;
  private final Path folder;
  private final List<WorkerProcess> running = new ArrayList<>();
  private final Map<String, Long> killed = new ConcurrentHashMap<>();
  private String @Nullable [] round;

  private Workers(String uri, int databasePort, Path folder) {
    this.uri = uri;
    this.databasePort = databasePort;
    this.folder = folder;
  }

  /** Starts the JVMs and waits until they have opened their caches. */
  static Workers start(String uri, int databasePort, Path folder) {
    Workers workers = new Workers(uri, databasePort, folder);
    try {
      for (int i = 0; i < COUNT; i++) {
        workers.running.add(workers.start(i, 0));
      }
      workers.running.forEach(WorkerProcess::awaitReady);
      return workers;
    } catch (RuntimeException e) {
      workers.close();
      throw e;
    }
  }

  private WorkerProcess start(int number, int incarnation) {
    Path log = folder.resolve("worker-%d.log".formatted(number));
    return WorkerProcess.start(uri, number, incarnation, databasePort, log);
  }

  synchronized WorkerProcess get(int number) {
    return running.get(number);
  }

  synchronized List<WorkerProcess> all() {
    return List.copyOf(running);
  }

  /** Begins a round in all JVMs; those that start later begin it too. */
  void begin(long seed, int number, Path history) {
    String[] command = {"begin", Long.toString(seed), Integer.toString(number), history.toString()};
    synchronized (this) {
      round = command;
    }
    all().forEach(it -> begin(it, command));
  }

  private static void begin(WorkerProcess worker, String[] command) {
    String reply = worker.call(30, command);
    if (!"ok".equals(reply)) {
      throw new IllegalStateException(
          "worker %d does not begin the round: %s".formatted(worker.number(), reply));
    }
  }

  /** SIGKILL of one JVM. */
  void kill(int number) {
    WorkerProcess worker = get(number);
    worker.kill();
    killed.put(worker.jvm(), System.nanoTime());
  }

  /** Starts a JVM again, and waits until it takes part in the round. */
  void restart(int number) {
    WorkerProcess next = start(number, get(number).incarnation() + 1);
    String[] command;
    synchronized (this) {
      running.set(number, next);
      command = round;
    }
    next.awaitReady();
    if (command != null) {
      begin(next, command);
    }
  }

  /** Sends a command to all JVMs at once; the replies, or null, by the name of the JVM. */
  Map<String, @Nullable String> call(int seconds, String command) {
    all().forEach(it -> it.send(command));
    return replies(seconds);
  }

  /** The replies of all JVMs to a command that was sent, or null, by the name of the JVM. */
  Map<String, @Nullable String> replies(int seconds) {
    Map<String, @Nullable String> replies = new LinkedHashMap<>();
    for (WorkerProcess worker : all()) {
      replies.put(worker.jvm(), worker.reply(seconds));
    }
    return replies;
  }

  /** When JVMs were killed, by their names. */
  Map<String, Long> killed() {
    return killed;
  }

  @Override
  public void close() {
    all().forEach(WorkerProcess::close);
  }
}

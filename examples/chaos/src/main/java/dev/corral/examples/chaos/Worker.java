package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.examples.chaos.Operation.Call;
import dev.corral.examples.chaos.Operation.Caller;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a JVM that calls the caches and records what happens. It obeys the lines of its
 * standard input, answers each with one line, and ends when the input ends, hence with the driver.
 */
final class Worker {

  /** The number of threads for each cache. */
  private static final int THREADS = 2;

  /** After this time a call is considered to hang, and all threads are printed. */
  static final Duration HANGING = Duration.ofSeconds(35);

  private static final Duration FLUSH = Duration.ofSeconds(20);
  private static final long PROBE_MILLIS = 20;

  private final int number;
  private final int incarnation;
  private final Caches caches;
  private final Map<Thread, Long> callsSince = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable HistoryFile history;
  private @Nullable ProcessRecorder recorder;
  private int round;
  private volatile boolean stopping;

  private Worker(int number, int incarnation, Caches caches) {
    this.number = number;
    this.incarnation = incarnation;
    this.caches = caches;
  }

  /** Arguments: the URI, the number of the worker, its incarnation, the port of the database. */
  public static void main(String[] arguments) throws IOException {
    int number = Integer.parseInt(arguments[1]);
    Caches caches = Caches.open(arguments[0], number, Integer.parseInt(arguments[3]));
    Worker worker = new Worker(number, Integer.parseInt(arguments[2]), caches);
    worker.watch();
    answer("ready");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String reply;
      try {
        reply = worker.obey(line.split("\t", -1));
      } catch (CacheException e) {
        reply = "failed " + e;
      }
      answer(reply.replaceAll("\\s+", " "));
    }
    Runtime.getRuntime().halt(0); // the driver has gone; do not write the queue any more
  }

  private static void answer(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private String obey(String[] words) {
    return switch (words[0]) {
      case "begin" -> begin(Long.parseLong(words[1]), Integer.parseInt(words[2]), words[3]);
      case "stop" -> stop();
      case "recovered" -> Boolean.toString(caches.areRecovered());
      case "flush" -> Boolean.toString(caches.flush(FLUSH));
      case "read" -> read();
      case "end" -> end();
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    };
  }

  /** Begins a round: a seed, its number, and the folder of the history. */
  private String begin(long seed, int number, String folder) {
    round = number;
    stopping = false;
    HistoryFile file = new HistoryFile(Path.of(folder, History.fileName(this.number, incarnation)));
    history = file;
    recorder = ProcessRecorder.start(file, caches);
    threads.clear();
    for (String cache : Caches.ALL) {
      for (int i = 0; i < THREADS; i++) {
        int thread = threads.size();
        Workload workload = workload(cache, seed, thread);
        Caller caller = new Caller(this.number, incarnation, thread);
        threads.add(new Thread(() -> run(file, caller, workload), "workload-" + thread));
      }
    }
    threads.forEach(Thread::start);
    return "ok";
  }

  private Workload workload(String cache, long seed, int thread) {
    String prefix = "w%d.%d.%d".formatted(number, incarnation, thread);
    long own = seed * 1_000_003 + number * 10_007L + incarnation * 101L + thread;
    return new Workload(cache, round, prefix, own);
  }

  private void run(HistoryFile file, Caller caller, Workload workload) {
    boolean isFailFast = Caches.isFailFast(workload.probe().cache());
    boolean works = true;
    while (!stopping) {
      // A failed change may take effect later. The fewer there are, the more a history proves.
      Call call = works ? workload.next() : workload.probe();
      boolean returned = execute(file, caller, call, workload);
      works = returned || !isFailFast;
      Waiting.sleep(works ? workload.pauseMillis() : PROBE_MILLIS);
    }
  }

  /** Calls the cache and records it; returns whether the call returned normally. */
  private boolean execute(HistoryFile file, Caller caller, Call call, @Nullable Workload workload) {
    long id = file.started(caller, call);
    callsSince.put(Thread.currentThread(), System.nanoTime());
    try {
      String result = caches.execute(call);
      file.returned(id, result);
      if (workload != null) {
        workload.learn(call, result);
      }
      return true;
    } catch (RuntimeException | Error e) {
      file.failed(id, e);
      return false;
    } finally {
      callsSince.remove(Thread.currentThread());
    }
  }

  /** Waits until all threads have ended their call; answers how many have not. */
  private String stop() {
    stopping = true;
    long deadline = System.nanoTime() + HANGING.plusSeconds(5).toNanos();
    int hung = 0;
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      hung += thread.isAlive() ? 1 : 0;
    }
    return Integer.toString(hung);
  }

  /** Reads every key of the round once, in every cache. */
  private String read() {
    HistoryFile file = history;
    if (file == null) {
      return "no round";
    }
    Caller caller = new Caller(number, incarnation, Caller.FINAL);
    for (String cache : Caches.ALL) {
      for (int i = 0; i < Workload.KEYS; i++) {
        Call call = new Call(cache, OperationKind.GET, Workload.key(round, i), null, null);
        execute(file, caller, call, null);
      }
    }
    return "ok";
  }

  private String end() {
    if (recorder != null && history != null) {
      recorder.close();
      history.close();
    }
    return "ok";
  }

  /** Prints all threads to the log of the worker while a call hangs. */
  private void watch() {
    Thread watchdog =
        new Thread(
            () -> {
              while (true) {
                Waiting.sleep(TimeUnit.SECONDS.toMillis(5));
                long now = System.nanoTime();
                if (callsSince.values().stream().anyMatch(it -> now - it > HANGING.toNanos())) {
                  printThreads();
                }
              }
            },
            "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  private static void printThreads() {
    StringBuilder text = new StringBuilder("A call hangs. All threads:\n");
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) -> {
              text.append('"').append(thread.getName()).append("\" ");
              text.append(thread.getState()).append('\n');
              for (StackTraceElement frame : frames) {
                text.append("    at ").append(frame).append('\n');
              }
            });
    System.err.println(text);
  }
}

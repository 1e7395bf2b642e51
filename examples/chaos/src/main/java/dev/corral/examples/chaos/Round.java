package dev.corral.examples.chaos;

import dev.corral.examples.chaos.FaultPlan.Group;
import dev.corral.examples.chaos.Violation.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One round: the workers call the caches while the faults of a plan happen; then everything heals,
 * all JVMs read all keys, and the history is checked. Each round has keys of its own.
 */
final class Round {

  private final Session session;
  private final long seed;
  private final int number;
  private final Path folder;
  private final FaultPlan plan;
  private final FaultInjector injector;
  private final List<Violation> violations = new ArrayList<>();
  private final Timeline timeline;
  private boolean isBroken;

  /**
   * Prepares a round.
   *
   * @param number the number in the session, which is part of the keys
   * @param folder for the history, which is created
   */
  Round(Session session, long seed, int number, Path folder) {
    this.session = session;
    this.seed = seed;
    this.number = number;
    this.folder = folder;
    this.plan = FaultPlan.of(seed, session.topology());
    this.injector = new FaultInjector(session.deployment(), session.network(), session.workers());
    this.timeline = new Timeline(session.workers().killed());
  }

  /**
   * The result.
   *
   * @param isBroken whether the servers or workers cannot be used for another round
   */
  record Result(List<Violation> violations, Tally tally, boolean isBroken) {}

  /**
   * Runs the round once.
   *
   * @throws IllegalStateException if the servers do not work again after a fault, so that the round
   *     shows nothing
   */
  Result run() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Workers workers = session.workers();
    session.database().takeLog();
    workers.begin(seed, number, folder);
    for (Group group : plan.groups()) {
      Waiting.sleep(group.gapMillis());
      if (plan.stopsWithin(group)) {
        stopWithin(group);
      }
      inject(group);
    }
    if (!plan.stopsEarly()) {
      Waiting.sleep(500);
      workers.all().forEach(it -> it.send("stop"));
    }
    settle(workers);
    RoundChecks checks =
        new RoundChecks(History.in(folder), timeline, session.database().takeLog());
    violations.addAll(checks.run());
    injector.injected().forEach(checks.tally()::addFault);
    checks.tally().add(Tally.Counter.VIOLATIONS, violations.size());
    Result result = new Result(List.copyOf(violations), checks.tally(), isBroken);
    if (!violations.isEmpty()) {
      new Evidence(folder, session).write(seed, plan, injector.log(), violations);
    }
    return result;
  }

  /** Stops the calls during a fault, so that no later change hides what the fault did. */
  private void stopWithin(Group group) {
    Thread thread =
        new Thread(
            () -> {
              Waiting.sleep(group.faults().get(0).forMillis() * 7L / 10);
              session.workers().all().forEach(it -> it.send("stop"));
            },
            "stop-calls");
    thread.start();
  }

  private void inject(Group group) {
    Deployment deployment = session.deployment();
    String before = deployment.epoch();
    long from = System.nanoTime();
    injector.run(group);
    if (!Waiting.upTo(Bounds.SERVERS.toMillis(), deployment::isHealthy)) {
      String what = "the servers are not healthy %s after %s".formatted(Bounds.SERVERS, group);
      throw new IllegalStateException(what);
    }
    Window window = new Window(group.title(), from, System.nanoTime());
    timeline.faults().add(new Timeline.Interval(group, window));
    if (!deployment.epoch().equals(before)) {
      timeline.failovers().add(window.widened(0, 1_000_000_000));
    }
  }

  /** Waits until the calls have ended and everything is repaired and written; reads all keys. */
  private void settle(Workers workers) {
    long hangs = Worker.HANGING.toSeconds() + 15;
    Map<String, @Nullable String> hung = workers.replies((int) hangs);
    isBroken |= !hung.values().stream().allMatch("0"::equals);
    if (isBroken) {
      report(Kind.HUNG, "threads that did not end their call, by JVM: " + hung);
      return;
    }
    if (!Waiting.upTo(Bounds.RECOVERY.toMillis(), () -> all(workers.call(15, "recovered")))) {
      report(Kind.NOT_RECOVERED, "not all caches use Redis again after " + Bounds.RECOVERY);
      isBroken = true;
      return;
    }
    flush(workers);
    long lastKill =
        timeline.faults().stream()
            .filter(it -> it.group().has(FaultKind.KILL_WORKER))
            .mapToLong(it -> it.window().to())
            .max()
            .orElse(Long.MIN_VALUE);
    if (lastKill != Long.MIN_VALUE) {
      Waiting.sleepUntil(lastKill + Bounds.LOCK.toNanos() + Bounds.call().toNanos());
    }
    check(workers.call(60, "read"), "ok");
    check(workers.call(10, "end"), "ok");
  }

  /** A client that notices a failover late loses the command that it has just sent. */
  private void flush(Workers workers) {
    List<Map<String, @Nullable String>> replies = new ArrayList<>();
    boolean isWritten =
        Waiting.upTo(
            Bounds.RECOVERY.toMillis(),
            () -> {
              replies.add(workers.call(60, "flush"));
              return all(replies.get(replies.size() - 1));
            });
    if (!isWritten) {
      report(Kind.NOT_RECOVERED, "the queue is not written: " + replies);
    }
  }

  private void check(Map<String, @Nullable String> replies, String expected) {
    if (!replies.values().stream().allMatch(expected::equals)) {
      report(Kind.HUNG, "replies of the workers: " + replies);
      isBroken = true;
    }
  }

  private static boolean all(Map<String, @Nullable String> replies) {
    Collection<@Nullable String> values = replies.values();
    return values.stream().allMatch(it -> Objects.equals(it, "true"));
  }

  private void report(Kind kind, String what) {
    violations.add(new Violation(kind, session.topology().title(), what));
  }
}

package dev.corral.examples.chaos;

import dev.corral.examples.chaos.FaultPlan.Fault;
import dev.corral.examples.chaos.FaultPlan.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Injects the faults of a plan, and ends them. For one thread. */
final class FaultInjector {

  private static final String OTHER_PASSWORD = "changed";
  private static final List<Integer> ALL = IntStream.range(0, Workers.COUNT).boxed().toList();

  private final Deployment deployment;
  private final Network network;
  private final Workers workers;
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final List<FaultKind> injected = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<@Nullable SlotMigration> migration = new AtomicReference<>();

  FaultInjector(Deployment deployment, Network network, Workers workers) {
    this.deployment = deployment;
    this.network = network;
    this.workers = workers;
  }

  /** What was injected, with times of the monotonic clock. */
  List<String> log() {
    return List.copyOf(log);
  }

  /** The faults that began. One that a server refused is only in the log. */
  List<FaultKind> injected() {
    return List.copyOf(injected);
  }

  /** Injects the faults of a group; returns when all of them have ended. */
  void run(Group group) {
    List<Thread> threads = new ArrayList<>();
    for (Fault fault : group.faults()) {
      threads.add(new Thread(() -> run(fault), "fault-" + fault.kind()));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    heal();
  }

  private void run(Fault fault) {
    Waiting.sleep(fault.offsetMillis());
    try {
      Runnable end = begin(fault);
      injected.add(fault.kind());
      Waiting.sleep(fault.forMillis());
      end.run();
      note("%s ends".formatted(fault.kind()));
    } catch (IOException | RuntimeException e) {
      note("%s: %s".formatted(fault.kind(), e));
    }
  }

  private void note(String text) {
    log.add("%d %s".formatted(System.nanoTime(), text));
  }

  /** Begins a fault; returns what ends it. */
  private Runnable begin(Fault fault) throws IOException {
    int worker = fault.choice() % Workers.COUNT;
    List<Integer> one = List.of(worker);
    note("%s begins".formatted(fault));
    return switch (fault.kind()) {
      case KILL_SERVER -> kill(anyServer(fault));
      case KILL_MASTER -> kill(master(fault));
      case STOP_SERVER -> stop(anyServer(fault));
      case STOP_MASTER -> stop(master(fault));
      case KILL_SENTINEL -> {
        List<RedisServer> sentinels = deployment.sentinels();
        RedisServer sentinel = sentinels.get(fault.choice() % sentinels.size());
        sentinel.kill();
        yield () -> sentinel.start(List.of());
      }
      case FAIL_OVER -> {
        deployment.failOver(fault.choice());
        yield () -> {};
      }
      case PAUSE_COMMANDS -> {
        String mode = fault.choice() % 2 == 0 ? "ALL" : "WRITE";
        master(fault).call("CLIENT", "PAUSE", Integer.toString(fault.forMillis()), mode);
        yield () -> {};
      }
      case CUT_ALL -> link(ALL, Link.State.CUT);
      case CUT_ONE -> link(one, Link.State.CUT);
      case SILENCE_ALL -> link(ALL, Link.State.SILENT);
      case SILENCE_ONE -> link(one, Link.State.SILENT);
      case DELAY_ALL -> delay(ALL, fault);
      case DELAY_ONE -> delay(one, fault);
      case FILL_MEMORY -> {
        for (RedisServer server : deployment.masters()) {
          server.call("CONFIG", "SET", "maxmemory", "1");
        }
        yield this::freeMemory;
      }
      case FLUSH_SCRIPTS -> {
        flushScripts();
        yield this::flushScripts;
      }
      case CHANGE_PASSWORD -> {
        deployment.changePassword(OTHER_PASSWORD);
        yield this::restorePassword;
      }
      case KILL_WORKER -> {
        workers.kill(worker);
        yield () -> workers.restart(worker);
      }
      case STOP_WORKER -> {
        workers.get(worker).suspend();
        yield () -> workers.get(worker).resume();
      }
      case MIGRATE_SLOTS -> {
        SlotMigration begun = SlotMigration.begin((ClusterDeployment) deployment, fault.choice());
        migration.set(begun);
        note(begun.toString());
        yield () -> {};
      }
    };
  }

  private Runnable kill(RedisServer server) {
    note("SIGKILL of the server at port %d".formatted(server.port()));
    server.kill();
    return () -> deployment.restart(server);
  }

  private Runnable stop(RedisServer server) {
    note("SIGSTOP of the server at port %d".formatted(server.port()));
    server.suspend();
    return server::resume;
  }

  private Runnable link(List<Integer> affected, Link.State state) {
    network.set(affected, state);
    return () -> network.set(affected, Link.State.OPEN);
  }

  private Runnable delay(List<Integer> affected, Fault fault) {
    network.setDelay(affected, fault.delayMillis());
    return () -> network.setDelay(affected, 0);
  }

  /** A master in three of four cases. */
  private RedisServer anyServer(Fault fault) {
    List<RedisServer> servers = deployment.servers();
    return fault.choice() % 4 == 0 ? servers.get(fault.choice() % servers.size()) : master(fault);
  }

  private RedisServer master(Fault fault) {
    List<RedisServer> masters = deployment.masters();
    return masters.isEmpty()
        ? deployment.servers().get(0)
        : masters.get(fault.choice() % masters.size());
  }

  private void flushScripts() {
    deployment.masters().forEach(it -> tryCall(it, "SCRIPT", "FLUSH"));
  }

  private void freeMemory() {
    deployment.servers().forEach(it -> tryCall(it, "CONFIG", "SET", "maxmemory", "0"));
  }

  private static void tryCall(RedisServer server, String... command) {
    try {
      server.call(command);
    } catch (IOException e) {
      // it is down; a server that starts again has the default
    }
  }

  /** Also for servers that were killed and started with the other password in the meantime. */
  private void restorePassword() {
    Waiting.until(
        "the old password",
        20_000,
        () -> {
          try {
            deployment.changePassword(Deployment.PASSWORD);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  /** Ends everything that may not have ended, such as a fault whose end failed. */
  void heal() {
    network.heal();
    workers.all().forEach(WorkerProcess::resume);
    deployment.servers().forEach(RedisServer::resume);
    deployment.servers().stream().filter(it -> !it.isRunning()).forEach(deployment::restart);
    deployment.sentinels().forEach(it -> it.start(List.of()));
    freeMemory();
    if (deployment.servers().stream().anyMatch(it -> !it.password().equals(Deployment.PASSWORD))) {
      restorePassword();
    }
    finishMigration();
  }

  private void finishMigration() {
    SlotMigration begun = migration.getAndSet(null);
    if (begun != null) {
      Waiting.until(
          "the migration of slots",
          20_000,
          () -> {
            try {
              begun.finish();
              return true;
            } catch (IOException e) {
              note("the migration goes on: " + e);
              return false;
            }
          });
      note("the migration ends");
    }
  }
}

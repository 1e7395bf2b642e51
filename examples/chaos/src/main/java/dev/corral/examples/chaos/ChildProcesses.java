package dev.corral.examples.chaos;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All processes that this JVM has started. They are killed when it exits, also by Ctrl-C. */
final class ChildProcesses {

  private static final Set<Process> STARTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> STARTED.forEach(Process::destroyForcibly), "kill-processes"));
  }

  private ChildProcesses() {}

  /** Adds a process; returns it. */
  static Process add(Process process) {
    STARTED.removeIf(it -> !it.isAlive());
    STARTED.add(process);
    return process;
  }
}

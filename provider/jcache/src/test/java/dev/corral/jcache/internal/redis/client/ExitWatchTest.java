package dev.corral.jcache.internal.redis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.ChildJvm;
import dev.corral.jcache.internal.redis.embedded.ServerDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a JVM exits if its caches are not closed. */
@Tag("baseline-jdk")
final class ExitWatchTest {

  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(strings = {"return", "fail", "exit"})
  void exit_mainEndedWithoutClosing_stopsTheServer(String how) throws IOException {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, how)) {
      long server = server(jvm);

      assertThat(jvm.exitsWithin(MAX_WAIT)).isTrue();
      assertThat(jvm.exitCode()).isEqualTo(how.equals("return") ? 0 : how.equals("exit") ? 3 : 1);
      awaitEnd(server);
      assertThat(directoriesOf(jvm)).isEmpty();
    }
  }

  @Test
  void exit_nonDaemonThreadsRun_waitsForTheLastOne() {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, "worker")) {
      long server = server(jvm);

      assertThat(jvm.await("finished")).isEmpty();
      assertThat(jvm.exitsWithin(MAX_WAIT)).isTrue();
      assertThat(jvm.exitCode()).isZero();
      awaitEnd(server);
    }
  }

  @Test
  void exit_sigterm_stopsServerAndRemovesFiles() throws IOException {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, "wait")) {
      long server = server(jvm);
      assertThat(directoriesOf(jvm)).hasSize(1);

      jvm.terminate();

      assertThat(jvm.exitsWithin(MAX_WAIT)).isTrue();
      awaitEnd(server);
      assertThat(directoriesOf(jvm)).isEmpty();
    }
  }

  @Test
  void killOrphanedServers_jvmWasKilled_killsItsServer() throws IOException {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, "wait")) {
      long server = server(jvm);
      jvm.kill();
      assertThat(jvm.exitsWithin(MAX_WAIT)).isTrue();
      assertThat(ProcessHandle.of(server)).isPresent();

      ServerDirectory.killOrphanedServers();

      awaitEnd(server);
      assertThat(directoriesOf(jvm)).isEmpty();
    }
  }

  @Test
  void killOrphanedServers_jvmIsAlive_doesNotKillItsServer() {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, "wait")) {
      long server = server(jvm);

      ServerDirectory.killOrphanedServers();

      assertThat(ProcessHandle.of(server).filter(ProcessHandle::isAlive)).isPresent();
      jvm.terminate();
      assertThat(jvm.exitsWithin(MAX_WAIT)).isTrue();
    }
  }

  private static long server(ChildJvm jvm) {
    return Long.parseLong(jvm.await("server "));
  }

  private static void awaitEnd(long process) {
    await()
        .atMost(MAX_WAIT)
        .until(() -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty());
  }

  private static Stream<Path> directoriesOf(ChildJvm jvm) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      String prefix = "corral-embedded-" + jvm.pid() + "-";
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .toList()
          .stream();
    }
  }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a JVM exits in which nobody closed anything. */
final class ExitWatchTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(strings = {"return", "fail", "exit"})
  void exit_mainEndedWithoutClosing_exitsAndStopsServer(String how) throws IOException {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, how)) {
      long server = server(jvm);

      assertThat(jvm.exitsWithin(SOON)).isTrue();
      assertThat(jvm.exitCode()).isEqualTo(how.equals("return") ? 0 : how.equals("exit") ? 3 : 1);
      awaitEnd(server);
      assertThat(directoriesOf(jvm)).isEmpty();
    }
  }

  @Test
  void exit_nonDaemonThreadsGoOn_waitsForTheLastOfThem() {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, "worker")) {
      long server = server(jvm);

      assertThat(jvm.await("finished")).isEmpty();
      assertThat(jvm.exitsWithin(SOON)).isTrue();
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

      assertThat(jvm.exitsWithin(SOON)).isTrue();
      awaitEnd(server);
      assertThat(directoriesOf(jvm)).isEmpty();
    }
  }

  @Test
  void start_serverOfAKilledJvm_isEndedByTheNext() throws IOException {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, "wait")) {
      long server = server(jvm);
      jvm.kill();
      assertThat(jvm.exitsWithin(SOON)).isTrue();
      assertThat(ProcessHandle.of(server)).isPresent();

      ServerDirectory.endOrphans();

      awaitEnd(server);
      assertThat(directoriesOf(jvm)).isEmpty();
    }
  }

  @Test
  void start_serverOfALivingJvm_isLeftAlone() {
    try (ChildJvm jvm = ChildJvm.start(CacheApplication.class, "wait")) {
      long server = server(jvm);

      ServerDirectory.endOrphans();

      assertThat(ProcessHandle.of(server).filter(ProcessHandle::isAlive)).isPresent();
      jvm.terminate();
      assertThat(jvm.exitsWithin(SOON)).isTrue();
    }
  }

  private static long server(ChildJvm jvm) {
    return Long.parseLong(jvm.await("server "));
  }

  private static void awaitEnd(long process) {
    await()
        .atMost(SOON)
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

package dev.corral.jcache.internal.redis.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.ChildJvm;
import dev.corral.jcache.internal.redis.client.SharedRedis;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.RedisSettingsFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedRedisTest {

  @TempDir private Path programs;

  @Test
  void share_twice_isOneServerUntilBothClose() {
    EmbeddedRedis first = EmbeddedRedis.share(RedisUnderTest.program());
    EmbeddedRedis second = EmbeddedRedis.share(RedisUnderTest.program());
    assertThat(second.address()).isEqualTo(first.address());
    assertThat(first.process().isAlive()).isTrue();

    first.close();
    assertThat(second.process().isAlive()).isTrue();
    second.close();
  }

  @Test
  void open_embedded_losesItsDataWithTheLastShare() throws IOException {
    Path program = link("data");
    RedisSettings settings = RedisSettingsFixture.embedded(program);
    try (SharedRedis redis = SharedRedis.open(settings)) {
      redis.client().getBucket("key").set("value".getBytes(UTF_8));
      assertThat(redis.client().getBucket("key").isExists()).isTrue();
    }
    try (SharedRedis redis = SharedRedis.open(settings)) {
      assertThat(redis.client().getKeys().count()).isZero();
    }
  }

  @Test
  void close_lastShare_stopsServerAndRemovesFiles() throws IOException {
    Path program = link("gone");
    long before = directories();
    EmbeddedRedis embedded = EmbeddedRedis.share(program);
    ProcessHandle process = embedded.process();
    assertThat(directories()).isEqualTo(before + 1);

    embedded.close();

    assertThat(process.isAlive()).isFalse();
    assertThat(directories()).isEqualTo(before);
  }

  @Test
  void share_serverDied_startsANewServer() throws IOException {
    Path program = link("died");
    EmbeddedRedis dead = EmbeddedRedis.share(program);
    dead.process().destroyForcibly();
    await().until(() -> !dead.process().isAlive());

    EmbeddedRedis embedded = EmbeddedRedis.share(program);

    assertThat(embedded.process().isAlive()).isTrue();
    dead.close();
    assertThat(embedded.process().isAlive()).isTrue();
    embedded.close();
    assertThat(embedded.process().isAlive()).isFalse();
  }

  @Test
  void share_clientWithoutPassword_isRefused() throws IOException {
    EmbeddedRedis embedded = EmbeddedRedis.share(RedisUnderTest.program());
    try (Socket socket = new Socket(loopback(), embedded.address().port())) {
      socket.getOutputStream().write("PING\r\n".getBytes(UTF_8));
      byte[] answer = new byte[7];
      assertThat(socket.getInputStream().read(answer)).isPositive();
      assertThat(new String(answer, UTF_8)).isEqualTo("-NOAUTH");
    } finally {
      embedded.close();
    }
  }

  @Test
  void create_directory_isReadableByItsOwnerOnly() throws IOException {
    try (ServerDirectory directory = ServerDirectory.create()) {
      assertThat(Files.getPosixFilePermissions(directory.path()))
          .containsExactlyInAnyOrder(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE);
    }
  }

  @Test
  void start_portTaken_failsInsteadOfUsingTheOtherServer() throws IOException {
    try (ServerDirectory directory = ServerDirectory.create();
        ServerSocket other = new ServerSocket(0, 1, loopback())) {
      Path program = BundledServer.unpack(directory.path());
      assertThatThrownBy(
              () -> ServerProcess.start(program, directory.path(), "x", other.getLocalPort()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is taken");
    }
  }

  @Test
  void share_noSuchProgram_namesItAndTheSetting() {
    assertThatThrownBy(() -> EmbeddedRedis.share(Path.of("/no/such/redis-server")))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("/no/such/redis-server", "corral.embedded.server");
  }

  @Test
  void share_programIsNotRedis_showsItsOutput(@TempDir Path temp) throws IOException {
    Path program = temp.resolve("not-redis");
    Files.writeString(program, "#!/bin/sh\necho libssl.so.3 is missing; exit 7\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> EmbeddedRedis.share(program))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("libssl.so.3 is missing", "code 7");
  }

  @Test
  void open_libraryAbsent_namesTheLibrary() {
    try (ChildJvm jvm = ChildJvm.startWithout("embedded-redis", LibraryAbsent.class)) {
      assertThat(jvm.await("refused "))
          .contains("com.github.codemonstur:embedded-redis", "corral.embedded.server");
      assertThat(jvm.exitsWithin(Duration.ofSeconds(10))).isTrue();
    }
  }

  /** Opens the bundled server without its library. */
  static final class LibraryAbsent {
    private LibraryAbsent() {}

    public static void main(String[] arguments) {
      try {
        SharedRedis.open(RedisSettingsFixture.embedded());
      } catch (CacheException e) {
        System.out.println("refused " + e.getMessage());
      }
    }
  }

  /** A link to the program with a name of its own, so that no other test shares its server. */
  private Path link(String name) throws IOException {
    Path named = RedisUnderTest.program();
    Path program = named == null ? BundledServer.unpack(programs) : named;
    return Files.createSymbolicLink(programs.resolve(name), program);
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static long directories() throws IOException {
    String prefix = "corral-embedded-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).count();
    }
  }
}

package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;

/** What {@code doctor} prints is what docs/tool.md shows. */
class DoctorOutputTest {

  /** The rights of docs/security.md. */
  static final List<String> RIGHTS =
      Pattern.compile("(?<=\\s)\\+[a-z|]+")
          .matcher(
              contentOf(new File("../../docs/security.md"), UTF_8)
                  .replaceFirst("(?s).*## Rights in Redis(.*?)```sh(.*?)```.*", "$2"))
          .results()
          .map(MatchResult::group)
          .toList();

  /** The rights that only the tool uses, in docs/tool.md. */
  static final List<String> MORE_RIGHTS =
      Pattern.compile("(?<=\\s)\\+[a-z|]+")
          .matcher(
              contentOf(new File("../../docs/tool.md"), UTF_8)
                  .replaceFirst("(?s).*### Rights(.*?)```sh(.*?)```.*", "$2"))
          .results()
          .map(MatchResult::group)
          .toList();

  private static void fill(TestRedis redis) {
    Cache<Long, String> users =
        redis
            .manager("?key-prefix=shop:")
            .createCache(
                "users",
                new MutableConfiguration<Long, String>().setTypes(Long.class, String.class));
    users.put(1L, "Ann");
    users.put(2L, "Bob".repeat(1_000));
  }

  /** Creates the user of the application, with some rights. */
  static void createUser(TestRedis redis, List<String> rights) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("ACL", "SETUSER", "shop", "on", ">" + TestRedis.PASSWORD));
    command.addAll(List.of("~{shop:*", "resetchannels", "&{shop:*", "-@all"));
    command.addAll(rights);
    assertThat(redis.call(command.toArray(String[]::new))).isEqualTo("OK");
  }

  private static String userUri(TestRedis redis) {
    return redis.uri().replace("://:", "://shop:");
  }

  @Test
  void doctor_healthyServer_printsWhatThePageShows() throws IOException {
    try (TestRedis redis =
        TestRedis.start("--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru")) {
      fill(redis);
      createUser(redis, join(RIGHTS, MORE_RIGHTS));

      Run run = Run.of("doctor", "--uri", userUri(redis), "--prefix", "shop:");

      Documented.assertShown("doctor-healthy", run);
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void doctor_fullServer_printsWhatThePageShows() throws IOException {
    try (TestRedis redis =
        TestRedis.start("--maxmemory", "3mb", "--maxmemory-policy", "noeviction")) {
      fill(redis);
      assertThat(fillUp(redis)).contains("OOM");

      Run run = Run.of("doctor", "--uri", redis.uri(), "--prefix", "shop:");

      Documented.assertShown("doctor-full", run);
      assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
    }
  }

  private static String fillUp(TestRedis redis) throws IOException {
    try (TestRedis.Connection connection = redis.connect()) {
      for (int i = 0; i < 1_000; i++) {
        Object unused = connection.call("SET", "other:" + i, "x".repeat(10_000));
      }
      return "never full";
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void doctor_wrongPassword_printsWhatThePageShows() {
    try (TestRedis redis = TestRedis.start()) {
      Run run = Run.of("doctor", "--uri", redis.uri().replace(TestRedis.PASSWORD, "guessed"));

      Documented.assertShown("doctor-wrong-password", run);
      assertThat(run.exitCode()).isEqualTo(ToolException.REFUSED);
      assertThat(run.out() + run.err()).doesNotContain("guessed");
    }
  }

  @Test
  void doctor_missingRights_printsWhatThePageShows() throws IOException {
    try (TestRedis redis =
        TestRedis.start("--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru")) {
      fill(redis);
      List<String> rights = new ArrayList<>(RIGHTS);
      rights.removeAll(List.of("+zadd", "+publish"));
      createUser(redis, rights);

      Run run = Run.of("doctor", "--uri", userUri(redis), "--prefix", "shop:");

      Documented.assertShown("doctor-missing-right", run);
      assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
    }
  }

  @Test
  void doctor_noServer_printsWhatThePageShows() {
    Run run = Run.of("doctor", "--uri", "redis://127.0.0.1:" + TestRedis.freePort());

    Documented.assertShown("doctor-none", run);
    assertThat(run.exitCode()).isEqualTo(ToolException.UNAVAILABLE);
  }

  @Test
  void doctor_minimalRights_saysWhatItCannotSee() throws IOException {
    try (TestRedis redis = TestRedis.start()) {
      fill(redis);
      createUser(redis, RIGHTS);

      Run run = Run.of("doctor", "--uri", userUri(redis), "--prefix", "shop:");

      assertThat(run.out()).contains("grant +info").contains("grant +memory|usage");
      assertThat(run.out()).doesNotContain("PROBLEM");
      assertThat(run.exitCode()).isZero();
    }
  }

  private static List<String> join(List<String> some, List<String> others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }
}

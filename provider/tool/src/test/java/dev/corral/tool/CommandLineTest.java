package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.shop.model.Order;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Arguments, settings, help, exit codes, JSON, and the secrets that are in none of them. */
class CommandLineTest {

  private static final List<String> COMMANDS =
      List.of(
          "doctor",
          "caches",
          "settings",
          "stats",
          "get",
          "explain",
          "keys",
          "hot",
          "pending",
          "dead-letters",
          "invalidate",
          "clear",
          "warm",
          "generate-completion");

  @Test
  void help_ofEachCommand_isPrinted() {
    assertThat(Run.of("--help").out()).contains(COMMANDS).contains("Exit codes:").contains("70");
    assertThat(COMMANDS)
        .allSatisfy(
            it -> {
              Run run = Run.of(it, "--help");
              assertThat(run.exitCode()).isZero();
              assertThat(run.out()).contains("Usage: corral " + it);
            });
    assertThat(Run.of("--version").out()).startsWith("corral 0.");
  }

  @Test
  void everyCommandWithAReport_hasJson() {
    CommandLine line = CorralTool.commandLine();
    Stream<CommandLine> leaves =
        line.getSubcommands().values().stream()
            .flatMap(it -> Stream.concat(Stream.of(it), it.getSubcommands().values().stream()))
            .filter(it -> it.getSubcommands().isEmpty())
            .filter(it -> !List.of("help", "generate-completion").contains(it.getCommandName()));

    assertThat(leaves)
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it.getCommandSpec().optionsMap()).containsKey("--json"));
  }

  @Test
  void completion_isAScriptForTheShell() {
    assertThat(Run.of("generate-completion").out())
        .contains("complete -F")
        .contains("dead-letters")
        .contains("--class-path");
  }

  @Test
  void unknownOption_isAUsageError() {
    Run run = Run.of("get", "--jsn", "users", "1");

    assertThat(run.exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(run.err()).contains("--json");
  }

  @Test
  void wrongSetting_isAUsageError(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("corral.conf");
    Files.writeString(file, "caches.users.ttl = 10m\n");

    Run run = Run.of("caches", "--config", file.toString());

    assertThat(run.exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(run.err()).contains("time-to-live").doesNotContain("at dev.corral");
  }

  @Test
  void settings_ofTheFile_haveTheirPlacesAndNoSecrets(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("corral.conf");
    Files.writeString(
        file,
        """
        redis { uri = "redis://127.0.0.1:6379", password = hidden }
        templates.hot.jitter = 20%
        caches.users {
          template = hot
          time-to-live = 10m
          loader = com.shop.NotHere
          allowed-classes = ["com.shop.**"]
          listeners = [com.shop.Listener]
        }
        """);

    Run run = Run.of("settings", "--config", file.toString());
    Run json = Run.of("settings", "--config", file.toString(), "--json", "--all", "users");

    assertThat(run.out())
        .contains("redis.password = ***")
        .containsPattern("jitter = 20% \\(.*corral.conf: 2, templates.hot.jitter\\)")
        .containsPattern("time-to-live = 10m \\(.*corral.conf: 5, caches.users.time-to-live\\)")
        .contains("loader = com.shop.NotHere")
        .contains("allowed-classes = [com.shop.**]")
        .contains("listeners = [com.shop.Listener]")
        .doesNotContain("hidden");
    assertThat(json.out()).contains("\"near-cache.max-entries\"").doesNotContain("hidden");
  }

  @Test
  void doctorClasses_printsThePatternsThatTheAllowListNeeds() {
    String classes = System.getProperty("java.class.path").split(File.pathSeparator, -1)[0];

    Run run = Run.of("doctor", "--classes", Order.class.getName(), "--class-path", classes);
    Run jdk = Run.of("doctor", "--classes", "java.lang.String");
    Run missing = Run.of("doctor", "--classes", "com.shop.Missing");

    Documented.assertShown("doctor-classes", run);
    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(jdk.out()).isEqualTo("all classes are allowed\n");
    assertThat(missing.exitCode()).isEqualTo(ToolException.USAGE);
  }

  @Test
  void json_ofEveryCommand_isJson() throws IOException {
    try (TestRedis redis = TestRedis.start()) {
      Cache<Long, String> users =
          redis.manager("").createCache("users", new MutableConfiguration<Long, String>());
      users.put(1L, "Ann");
      for (String command :
          List.of(
              "doctor",
              "caches",
              "settings",
              "stats",
              "get users 1",
              "explain users 1",
              "explain users 2",
              "keys users",
              "pending users",
              "dead-letters list users",
              "invalidate users 1",
              "clear users --yes")) {
        String[] words = (command + " --json --uri " + redis.uri()).split(" ", -1);
        JsonNode json = new ObjectMapper().readTree(Run.of(words).out());
        assertThat(json.isContainerNode()).as(command).isTrue();
      }
      JsonNode explained =
          new ObjectMapper()
              .readTree(Run.of("explain", "--json", "--uri", redis.uri(), "users", "3").out());
      assertThat(explained.path("state").asText()).isEqualTo("absent");
    }
  }

  @Test
  void stats_watched_alsoReadsAJvmByJmx() throws Exception {
    JMXConnectorServer server =
        JMXConnectorServerFactory.newJMXConnectorServer(
            new JMXServiceURL("service:jmx:rmi://127.0.0.1"),
            null,
            ManagementFactory.getPlatformMBeanServer());
    server.start();
    try (TestRedis redis = TestRedis.start()) {
      Cache<Long, String> users =
          redis
              .manager("")
              .createCache(
                  "users", new MutableConfiguration<Long, String>().setStatisticsEnabled(true));
      users.put(1L, "Ann");
      assertThat(users.get(1L)).isEqualTo("Ann");

      Run run =
          Run.of(
              "stats",
              "--uri",
              redis.uri(),
              "--watch",
              "1",
              "--count",
              "2",
              "--entries",
              "--json",
              "--jmx",
              server.getAddress().toString());

      List<String> lines = run.out().lines().toList();
      assertThat(lines).hasSize(2);
      JsonNode second = new ObjectMapper().readTree(lines.get(1));
      assertThat(second.at("/caches/0/entries").asLong()).isEqualTo(1);
      assertThat(second.at("/jvm/users/CacheHits").asLong()).isEqualTo(1);
      assertThat(second.at("/jvm/users/Loads").isNumber()).isTrue();
    } finally {
      server.stop();
    }
  }
}

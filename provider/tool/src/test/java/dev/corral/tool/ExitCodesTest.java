package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Failures by their exit codes, and what their messages must not contain. */
class ExitCodesTest {

  @SuppressWarnings("NullAway.Init")
  private static TestRedis redis;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private static Cache<String, String> cache(String name) {
    return redis.manager("").createCache(name, new MutableConfiguration<String, String>());
  }

  @Test
  void change_withoutTheRight_isRefusedAndNotUnavailable() throws IOException {
    cache("guarded").put("k", "v");
    Object unused =
        redis.call(
            "ACL", "SETUSER", "reader", "on", ">reading", "~*", "&*", "+@read", "+@connection");
    String uri = "redis://reader:reading@127.0.0.1:" + redis.port();

    Run clear = Run.of("clear", "guarded", "--yes", "--uri", uri);
    Run invalidate = Run.of("invalidate", "guarded", "k", "--uri", uri);

    assertThat(clear.exitCode()).as(clear.err()).isEqualTo(ToolException.REFUSED);
    assertThat(clear.err()).contains("NOPERM").doesNotContain("reading");
    assertThat(invalidate.exitCode()).as(invalidate.err()).isEqualTo(ToolException.REFUSED);
    assertThat(Run.of("get", "guarded", "k", "--uri", redis.uri()).exitCode()).isZero();
  }

  @Test
  void read_ofADamagedKey_isRefusedAndNotUnavailable() throws IOException {
    Object unused = redis.call("HSET", "{broken}!layout", "a", "b");

    Run run = Run.of("keys", "broken", "--uri", redis.uri());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ToolException.REFUSED);
    assertThat(run.err()).contains("WRONGTYPE");
  }

  @Test
  void error_ofACommand_isAFailureOfTheTool() {
    @CommandLine.Command(name = "broken")
    final class Broken implements Callable<Integer> {
      @Override
      public Integer call() {
        throw new StackOverflowError("too deep");
      }
    }
    StringWriter err = new StringWriter();
    CommandLine line = CorralTool.commandLine().addSubcommand(new Broken());
    line.setErr(new PrintWriter(err));

    assertThat(line.execute("broken")).isEqualTo(ToolException.INTERNAL);
    assertThat(err.toString()).contains("The tool failed").contains("too deep");
  }

  @Test
  void uri_thatIsWrong_isPrintedWithoutItsPassword() {
    for (String uri :
        List.of(
            "redis://:hidden@127.0.0.1:port",
            "redis://user:hidden@",
            "redis://:hid den@127.0.0.1",
            "http://:hidden@127.0.0.1",
            "redis://:hidden@127.0.0.1:1/x",
            "redis://:hidden@127.0.0.1:1?timeuot=1s",
            "redis://:hidden@127.0.0.1:1")) {
      Run run = Run.of("caches", "--uri", uri);

      assertThat(run.exitCode()).as(uri).isIn(ToolException.USAGE, ToolException.UNAVAILABLE);
      assertThat(run.err()).as(uri).isNotBlank().doesNotContain("hidden").doesNotContain("hid den");
    }
  }

  @Test
  void watch_withoutATime_isTwoSecondsAndNeverZero() {
    cache("watched").put("k", "v");

    Run zero = Run.of("stats", "--watch", "0", "--uri", redis.uri());
    Run named = Run.of("stats", "watched", "--watch", "--count", "1", "--uri", redis.uri());
    Run before = Run.of("stats", "--watch", "watched", "--count", "1", "--uri", redis.uri());

    assertThat(zero.exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(named.exitCode()).as(named.err()).isZero();
    assertThat(named.out()).contains("watched");
    assertThat(before.exitCode()).as(before.err()).isZero();
    assertThat(before.out()).contains("watched");
  }

  @Test
  void keys_withControlCharacters_changeNothingInTheTerminal() {
    Cache<String, String> cache = cache("strange");
    cache.put("a\nb", "v");
    cache.put("\u001b[2Jclear", "v");

    Run run = Run.of("keys", "strange", "--uri", redis.uri());
    Run explain = Run.of("explain", "strange", "\u001b[2Jother", "--uri", redis.uri());

    assertThat(run.out().lines()).hasSize(2);
    assertThat(run.out()).contains("a%0Ab").contains("%1B[2Jclear");
    assertThat(explain.out()).contains("\\u001b[2Jother").doesNotContain("\u001b");
  }

  @Test
  void warm_withAKeyOfAnotherType_isAUsageError(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("corral.conf");
    Files.writeString(
        file,
        ("redis.uri = \"%s\"%n"
                + "caches.typed { loader = \"%s\", read-through = true, key-type = java.lang.Long }%n")
            .formatted(redis.uri(), ChangesTest.Loader.class.getName()));

    Run other = Run.of("warm", "--config", file.toString(), "typed", "abc");
    Run none = Run.of("warm", "--config", file.toString(), "typed", "#int:x");

    assertThat(other.exitCode()).as(other.err()).isEqualTo(ToolException.USAGE);
    assertThat(other.err()).contains("java.lang.Long").contains("abc");
    assertThat(none.exitCode()).as(none.err()).isEqualTo(ToolException.USAGE);
  }
}

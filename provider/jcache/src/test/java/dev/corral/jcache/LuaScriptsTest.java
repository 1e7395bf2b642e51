package dev.corral.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.corral.jcache.internal.redis.LuaScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the Lua scripts: headers, sizes, and luacheck. */
class LuaScriptsTest {

  private static final int MAX_LINES = 120;
  private static final int MAX_COLUMNS = 100;

  private static final Path REDIS = Path.of("dev/corral/jcache/internal/redis");
  private static final Path FOLDER = Path.of("src/main/resources").resolve(REDIS).resolve("lua");
  private static final Path ENUM =
      Path.of("src/main/java").resolve(REDIS).resolve("LuaScript.java");

  private static final Pattern HEADER = Pattern.compile("\\A--\\[\\[(.*?)\\]\\]", Pattern.DOTALL);
  private static final Pattern RESULT = Pattern.compile("(?i)\\b(returns?|result)\\b");

  @Test
  void header_everyFile_namesKeysArgumentsAndResult() throws IOException {
    assertThat(files())
        .isNotEmpty()
        .allSatisfy(
            script -> {
              var header = HEADER.matcher(text(script));
              assertThat(header.find()).as("begins with a --[[ header").isTrue();
              assertThat(header.group(1)).contains("KEYS").contains("ARGV").containsPattern(RESULT);
            });
  }

  @Test
  void everyFile_isPartOfAScript() throws IOException {
    String scripts = text(ENUM);
    assertThat(files())
        .allSatisfy(
            file -> assertThat(scripts).contains('"' + file.getFileName().toString() + '"'));
  }

  @Test
  void everyFile_isShortAndNarrow() throws IOException {
    assertThat(files())
        .allSatisfy(
            file -> {
              List<String> lines = text(file).lines().toList();
              assertThat(lines).hasSizeLessThanOrEqualTo(MAX_LINES);
              assertThat(lines).allMatch(line -> line.length() <= MAX_COLUMNS);
            });
  }

  /**
   * Checks the scripts as Redis receives them. luacheck allows unused declarations, because each
   * script contains all declarations of the shared files.
   */
  @Test
  void everyScript_passesLuacheck(@TempDir Path folder) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("luacheck", "--no-color", "--quiet", "--std", "lua51", "--no-unused"));
    command.addAll(List.of("--no-config", "--globals", "redis", "struct", "KEYS", "ARGV", "--"));
    for (LuaScript script : LuaScript.values()) {
      Path file = folder.resolve(script.name() + ".lua");
      Files.writeString(file, script.text());
      command.add(file.toString());
    }
    assertThat(outputOf(command)).isEqualTo("0");
  }

  private static String outputOf(List<String> command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return abort("luacheck is not installed (Debian: lua-check), so the scripts are not checked");
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return process.exitValue() == 0 ? "0" : output;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".lua")).sorted().toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

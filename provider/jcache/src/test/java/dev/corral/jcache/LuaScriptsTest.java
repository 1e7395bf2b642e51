package dev.corral.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Every script says what it is given and what it answers, and is used. */
@EnabledIf("thereAreScripts")
class LuaScriptsTest {

  private static final Path REDIS = Path.of("dev/corral/jcache/internal/redis");
  private static final Path FOLDER = Path.of("src/main/resources").resolve(REDIS).resolve("lua");
  private static final Path ENUM =
      Path.of("src/main/java").resolve(REDIS).resolve("LuaScript.java");

  private static final Pattern HEADER = Pattern.compile("\\A--\\[\\[(.*?)\\]\\]", Pattern.DOTALL);
  private static final Pattern RESULT = Pattern.compile("(?i)\\b(returns?|result)\\b");

  static boolean thereAreScripts() {
    return Files.isDirectory(FOLDER);
  }

  @Test
  void header_namesKeysArgumentsAndResult() throws IOException {
    assertThat(scripts())
        .isNotEmpty()
        .allSatisfy(
            script -> {
              var header = HEADER.matcher(text(script));
              assertThat(header.find()).as("begins with a --[[ header").isTrue();
              assertThat(header.group(1)).contains("KEYS").contains("ARGV").containsPattern(RESULT);
            });
  }

  @Test
  void everyScript_hasItsConstant() throws IOException {
    String constants = text(ENUM);
    assertThat(scripts())
        .allSatisfy(
            script -> {
              String file = script.getFileName().toString();
              String name = file.substring(0, file.length() - ".lua".length());
              assertThat(constants).containsAnyOf(file, '"' + name + '"');
            });
  }

  private static List<Path> scripts() throws IOException {
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

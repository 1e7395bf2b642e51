package dev.corral.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Limits the length of the Java files. */
class SourceSizeTest {

  private static final Path SOURCES = Path.of("src");

  @Test
  void javaFiles_haveAtMost400Lines() throws IOException {
    assertThat(longerThan(400, ".java")).isEmpty();
  }

  private static List<String> longerThan(int limit, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .filter(file -> lines(file) > limit)
          .map(file -> file + ": " + lines(file) + " lines, at most " + limit)
          .sorted()
          .toList();
    }
  }

  private static int lines(Path file) {
    try {
      return Files.readAllLines(file).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

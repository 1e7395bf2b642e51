package dev.corral.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The list of the pages for coding assistants, in the form of llmstxt.org. */
class LlmsTxtIT {

  private static final Path DOCS = Path.of("../../docs");
  private static final String LIST = CodeBlock.read(DOCS.resolve("llms.txt"));

  @Test
  void list_hasTitleAndSummary() {
    assertThat(LIST).startsWith("# Corral\n\n> ");
  }

  @Test
  void list_hasEachPage_withADescription() throws IOException {
    List<String> linked = all(LIST, "(?m)^- \\[[^]]+\\]\\(([^)]+)\\): \\S");

    assertThat(linked)
        .doesNotHaveDuplicates()
        .allSatisfy(it -> assertThat(DOCS.resolve(it)).exists());
    try (var pages = Files.list(DOCS)) {
      assertThat(
              pages
                  .map(it -> it.getFileName().toString())
                  .filter(it -> it.matches("(?!README).*\\.md")))
          .isNotEmpty()
          .allSatisfy(it -> assertThat(linked).as("docs/llms.txt has no line for it").contains(it));
    }
  }

  @Test
  void map_hasEachPage() throws IOException {
    List<String> linked = all(CodeBlock.read(DOCS.resolve("README.md")), "\\]\\(([\\w-]+\\.md)\\)");

    try (var pages = Files.list(DOCS)) {
      assertThat(
              pages
                  .map(it -> it.getFileName().toString())
                  .filter(it -> it.matches("(?!README).*\\.md")))
          .allSatisfy(it -> assertThat(linked).as("docs/README.md has no link to it").contains(it));
    }
  }

  private static List<String> all(String text, String regex) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map((MatchResult it) -> it.group(1))
        .toList();
  }
}

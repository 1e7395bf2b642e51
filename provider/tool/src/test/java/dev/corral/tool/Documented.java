package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The outputs in docs/tool.md, each after a comment with its name. */
final class Documented {

  private static final Path PAGE = Path.of("../../docs/tool.md");

  private Documented() {}

  /**
   * Requires that the page has an output, apart from numbers, times, sizes and addresses. The
   * output itself is in {@code target/outputs}, to be copied to the page.
   */
  static void assertShown(String name, Run run) {
    String output = (run.out() + run.err()).strip();
    try {
      Path folder = Files.createDirectories(Path.of("target", "outputs"));
      Files.writeString(folder.resolve(name + ".txt"), output + "\n", UTF_8);
      assertThat(normalized(shown(name)))
          .as("docs/tool.md, %s; the output was%n%s", name, output)
          .isEqualTo(normalized(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shown(String name) throws IOException {
    Matcher block =
        Pattern.compile(
                "<!-- output: " + name + " -->\n+```\\w*\n\\$ [^\n]*\n(.*?)\n```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE, UTF_8));
    return block.find() ? block.group(1) : "(docs/tool.md has no output " + name + ")";
  }

  private static String normalized(String output) {
    return output
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "<id>")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<time>")
        .replaceAll("\\b(127\\.0\\.0\\.1|redis\\.shop\\.example):\\d+", "<address>")
        .replaceAll("(Redis|Valkey) \\d[\\d.]*", "<server>")
        .replaceAll("\\d+(\\.\\d+)?", "0")
        .replaceAll("0 (B|KiB|MiB|GiB)\\b", "<size>")
        .replaceAll("0 (ms|s|min|h)\\b", "<duration>")
        .replaceAll("ahead of|behind", "<off>")
        .replaceAll(" +", " ")
        .strip();
  }
}

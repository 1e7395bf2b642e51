package dev.corral.examples.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of a page. A comment in the line before the fence, which readers do not see, may
 * exempt it from a check: {@code <!-- snippet: MARK, REASON -->}.
 *
 * @param page the path of the page from the root of the project, such as {@code docs/start.md}
 * @param line the number of the first line of the text in the page
 * @param language what the fence names, such as {@code java}; empty if it names none
 * @param mark what the comment says, with the reason; empty if there is none
 * @param text the lines between the fences, without the indentation of the fence
 */
record CodeBlock(String page, int line, String language, String mark, String text) {

  /** What the marks mean, for messages. */
  static final String HELP =
      """

      A block that cannot be checked needs a comment in the line before its fence, with a reason:
        <!-- snippet: not checked, REASON -->       nothing is checked
        <!-- snippet: compiled only, REASON -->     Java that compiles, but cannot run here
        <!-- snippet: from PATH#REGION -->          as between tag::REGION and end::REGION in the file
      A body that is left to the reader is written { … }.
      Names that a block uses without declaring them are in SnippetScope, imports in JavaSnippets.
      """;

  private static final Pattern FENCE =
      Pattern.compile(
          "(?ms)(?:^ *<!-- snippet: ([^\n]*?) -->\n)?^( *)```([\\w-]*)[^\n]*\n(.*?)^ *```$");
  private static final Pattern MARK =
      Pattern.compile("(not checked|compiled only), .{10,}|from [\\w./-]+#[\\w-]+|");

  /** The blocks of the README, the contributor's page and the pages of docs, in their order. */
  static List<CodeBlock> all(Path root) {
    List<CodeBlock> blocks = new ArrayList<>();
    try (Stream<Path> pages = Files.list(root.resolve("docs"))) {
      Stream.concat(Stream.of("README.md", "CONTRIBUTING.md").map(root::resolve), pages.sorted())
          .filter(it -> it.toString().endsWith(".md"))
          .forEach(it -> blocks.addAll(of(root.relativize(it).toString(), read(it))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return blocks;
  }

  static List<CodeBlock> of(String page, String markdown) {
    List<CodeBlock> blocks = new ArrayList<>();
    Matcher fence = FENCE.matcher(markdown);
    while (fence.find()) {
      long line =
          1 + markdown.substring(0, fence.start(4)).chars().filter(it -> it == '\n').count();
      String mark = fence.group(1) == null ? "" : fence.group(1);
      if (!MARK.matcher(mark).matches()) {
        throw new AssertionError("%s:%d: unknown mark '%s'%s".formatted(page, line, mark, HELP));
      }
      String text = fence.group(4).replaceAll("(?m)^" + fence.group(2), "");
      blocks.add(new CodeBlock(page, (int) line, fence.group(3), mark, text));
    }
    return blocks;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean checked() {
    return !mark.startsWith("not checked");
  }

  boolean runs() {
    return mark.isEmpty();
  }

  /** The place of a line of the text, for messages. */
  String at(long lineOfText) {
    return page + ":" + (line + lineOfText - 1);
  }
}

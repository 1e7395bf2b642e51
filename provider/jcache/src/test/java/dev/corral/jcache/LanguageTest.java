package dev.corral.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks the language of the documentation and of the main sources: line length, one sentence per
 * line, words that have a standard term, and links. Each check is a function from a text to its
 * violations, and is itself tested with planted violations.
 */
@Tag("baseline-jdk")
class LanguageTest {

  private static final int MAX_LINE = 120;
  private static final Path ROOT =
      Stream.iterate(Path.of("").toAbsolutePath(), it -> it != null, Path::getParent)
          .filter(it -> Files.isDirectory(it.resolve(".ci")))
          .findFirst()
          .orElseThrow();

  /** Main and test sources, except for this test, which has the words itself. */
  private static final List<Path> JAVA_FILES =
      files("**/src/{main,test}/**.java").stream()
          .filter(it -> !it.endsWith("LanguageTest.java"))
          .toList();

  private static final List<Path> LUA_FILES = files("**/src/main/**.lua");
  private static final List<Path> PAGES =
      files("{README.md,CHANGELOG.md,CONTRIBUTING.md,docs/**.md,examples/*/README.md}");

  /** A row of forbidden-words.txt. */
  private record Forbidden(Pattern words, String instead, List<String> examples) {}

  private static final List<Forbidden> FORBIDDEN =
      contentOf(new File("src/test/resources/dev/corral/jcache/forbidden-words.txt"), UTF_8)
          .lines()
          .filter(it -> !it.startsWith("#"))
          .map(LanguageTest::forbidden)
          .toList();

  /** A name that has one of the words as a part, in camel case or capitals. */
  private static final Pattern FORBIDDEN_NAME =
      Pattern.compile(
          "(?:(?<![A-Za-z])|(?=[A-Z]))"
              + "(?i:untold|told|tells?|heard|hears?|stands|stood|nobody|somebody|whoever)(?![a-z])");

  /** Words that are right in one file in spite of the rules. */
  private record Allowed(String file, String words, String reason) {}

  private static final List<Allowed> ALLOWED = List.of();

  /** A token of code, in which group 1 is a comment or, in Java, a string. */
  private static final Pattern JAVA =
      Pattern.compile(
          "(?s)(/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\")|'\\\\?.[^']*'|.");

  private static final Pattern LUA =
      Pattern.compile("(?s)(--\\[\\[.*?\\]\\]|--[^\n]*)|'[^'\n]*'|\"[^\"\n]*\"|.");

  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern CODE_SPAN = Pattern.compile("`[^`\n]+`");
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");
  private static final Pattern TARGET = Pattern.compile("\\]\\(([^()\\s#]*)(?:#([^()\\s]*))?");

  /** The mark of a list item, and the bold label of a paragraph. */
  private static final Pattern LEADER =
      Pattern.compile("^(?:\\s*(?:[-*+>]|\\d+[.)])\\s+)*(?:\\*\\*[^*]+\\*\\*)?");

  /** The end of a sentence and the next one; abbreviations and initials end none. */
  private static final Pattern NEXT_SENTENCE =
      Pattern.compile(
          "(?<!\\be\\.g|\\bi\\.e|\\bvs|\\bcf|\\bal|\\bNo|\\b\\p{Lu})"
              + "[.!?][\"')]?\\s+[\"'(]?\\p{Lu}.*");

  @Test
  void markdown_prose_hasNoLineOver120Characters() {
    assertThat(violations(PAGES, LanguageTest::longLines)).isEmpty();
  }

  @Test
  void markdown_prose_hasOneSentencePerLine() {
    assertThat(violations(PAGES, LanguageTest::severalSentences)).isEmpty();
  }

  @Test
  void markdown_relativeLinks_leadToFilesAndHeadings() {
    assertThat(PAGES).allSatisfy(it -> assertThat(brokenLinks(it)).isEmpty());
  }

  @Test
  void markdown_usesStandardTerms() {
    assertThat(violations(PAGES, LanguageTest::forbiddenWords)).isEmpty();
  }

  @Test
  void sources_useStandardTerms() {
    assertThat(violations(JAVA_FILES, it -> forbiddenWords(spoken(JAVA, it)))).isEmpty();
    assertThat(violations(JAVA_FILES, LanguageTest::forbiddenNames)).isEmpty();
    assertThat(violations(LUA_FILES, it -> forbiddenWords(spoken(LUA, it)))).isEmpty();
  }

  @Test
  void allowList_everyEntry_isNeeded() {
    for (Allowed allowed : ALLOWED) {
      assertThat(forbiddenWords(allowed.words())).isNotEmpty();
      assertThat(Stream.of(PAGES, JAVA_FILES, LUA_FILES).flatMap(List::stream))
          .anyMatch(
              it ->
                  it.endsWith(allowed.file())
                      && contentOf(it.toFile(), UTF_8).contains(allowed.words()));
    }
  }

  @Test
  void forbiddenWords_planted_areReported() {
    for (String example : FORBIDDEN.stream().flatMap(it -> it.examples().stream()).toList()) {
      String comment = "/** " + example.replace(" ", "\n * ") + " */ int a;";
      String message = "log(\"" + example.replace(" ", " \"\n + \"") + "\");";

      assertThat(forbiddenWords(example)).hasSize(1);
      assertThat(forbiddenWords(spoken(JAVA, comment))).hasSize(1);
      assertThat(forbiddenWords(spoken(JAVA, message))).hasSize(1);
      assertThat(forbiddenWords(spoken(LUA, "a = 1 --[[ " + example + "]]"))).hasSize(1);
    }
    assertThat(forbiddenWords("ask\nthe\nsource"))
        .containsExactly("2: 'the source', say: the loader, the database");
    assertThat(forbiddenWords("understood, as long as the source of a near cache")).isEmpty();
    assertThat(forbiddenWords(spoken(JAVA, "char c = '\"'; told(); // near cache"))).isEmpty();
    assertThat(forbiddenWords(spoken(LUA, "tells = 'told' -- a near-cache hit"))).isEmpty();
  }

  @Test
  void forbiddenNames_planted_areReported() {
    String java = "boolean isHeard; // told\nvoid teller();\nvoid tellNear();\nint NOBODY_WAITS;";
    assertThat(forbiddenNames(java)).extracting(it -> it.charAt(0)).containsExactly('1', '3', '4');
  }

  @Test
  void longLines_planted_areReported() {
    String fine = "é".repeat(MAX_LINE);
    String text = "| %1$s |\n```\n%1$sx\n```\n%1$s\n%1$sx".formatted(fine);
    assertThat(longLines(text)).containsExactly("6: 121 characters");
  }

  @Test
  void severalSentences_planted_areReported() {
    String fine = "# A. B\n1. One, e.g. Two, by A. Bee, 7.0.\n**A.** B `c. C`.\n| a. B |";
    String several =
        "One. Two.\n- Is it? So.\n**A.** A `b`. `C` d.\nOne (so.) [Two](a).\nA **b.** C";

    assertThat(severalSentences(fine)).isEmpty();
    assertThat(severalSentences(several)).hasSize(5);
  }

  @Test
  void brokenLinks_planted_areReported(@TempDir Path folder) throws Exception {
    Path other = folder.resolve("other.md");
    Files.writeString(other, "# A `b()`, c\n[1](other.md#a-b-c) [2](#a-b-c) `[3](no.md)`\n");
    Path page = folder.resolve("page.md");
    Files.writeString(page, "[4](no.md) [5](other.md#no) [6](#no) ![7](no.svg) [8](https://a.no)");

    assertThat(brokenLinks(other)).isEmpty();
    assertThat(brokenLinks(page)).containsExactly("1: no.md, other.md#no, #no, no.svg");
  }

  private static List<String> longLines(String markdown) {
    return perLine(
        prose(markdown),
        it -> it.length() <= MAX_LINE || it.startsWith("|") ? "" : it.length() + " characters");
  }

  private static List<String> severalSentences(String markdown) {
    return perLine(
        prose(markdown),
        line -> {
          String text = CODE_SPAN.matcher(LEADER.matcher(line).replaceFirst("")).replaceAll("Code");
          text = LINK.matcher(text).replaceAll("$1").replaceAll("[*_]", "");
          Matcher next = NEXT_SENTENCE.matcher(text);
          boolean exempt = line.startsWith("|") || line.startsWith("#");
          return !exempt && next.find() ? "another sentence" + next.group() : "";
        });
  }

  private static List<String> brokenLinks(Path page) {
    return perLine(
        CODE_SPAN.matcher(prose(contentOf(page.toFile(), UTF_8))).replaceAll("Code"),
        line ->
            TARGET
                .matcher(line)
                .results()
                .filter(it -> !it.group(1).contains(":") && !exists(it, page))
                .map(it -> it.group().substring(2))
                .collect(joining(", ")));
  }

  private static boolean exists(MatchResult target, Path page) {
    Path file = target.group(1).isEmpty() ? page : page.resolveSibling(target.group(1));
    String anchor = target.group(2);
    return Files.exists(file)
        && (anchor == null || hasAnchor(contentOf(file.toFile(), UTF_8), anchor));
  }

  /** Whether GitHub makes this anchor of a heading. */
  private static boolean hasAnchor(String markdown, String anchor) {
    return prose(markdown)
        .lines()
        .filter(it -> it.startsWith("#"))
        .map(it -> LINK.matcher(it.replaceFirst("^#+ +", "")).replaceAll("$1"))
        .map(it -> it.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .anyMatch(it -> it.toLowerCase(Locale.ROOT).equals(anchor));
  }

  private static List<String> forbiddenWords(String text) {
    List<String> found = new ArrayList<>();
    for (Forbidden forbidden : FORBIDDEN) {
      Matcher match = forbidden.words().matcher(text);
      while (match.find()) {
        long line = 1 + text.substring(0, match.start()).chars().filter(c -> c == '\n').count();
        String words = match.group().replaceAll("\\s+", " ");
        found.add("%d: '%s', say: %s".formatted(line, words, forbidden.instead()));
      }
    }
    return found;
  }

  private static List<String> forbiddenNames(String java) {
    String code =
        JAVA.matcher(java)
            .replaceAll(it -> it.group(1) == null ? "$0" : it.group().replaceAll("[^\n]", ""));
    return perLine(code, it -> FORBIDDEN_NAME.matcher(it).find() ? it.strip() : "");
  }

  /** The comments and strings of code; all else becomes blanks and bars, on the same lines. */
  private static String spoken(Pattern token, String code) {
    return token
        .matcher(code)
        .replaceAll(
            it ->
                it.group(1) == null
                    ? it.group().replaceAll("[^\\s+]", "|").replace('+', ' ')
                    : Matcher.quoteReplacement(it.group().replaceAll("[*/\"]|--", " ")));
  }

  /** Markdown without what is fenced, on the same lines. */
  private static String prose(String markdown) {
    return FENCED.matcher(markdown).replaceAll(it -> it.group().replaceAll("[^\n]", ""));
  }

  private static List<String> perLine(String text, Function<String, String> check) {
    List<String> found = new ArrayList<>();
    for (String line : text.lines().map(check).toList()) {
      found.add(line.isEmpty() ? "" : (found.size() + 1) + ": " + line);
    }
    found.removeIf(String::isEmpty);
    return found;
  }

  private static List<String> violations(List<Path> files, Function<String, List<String>> check) {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      String text = contentOf(file.toFile(), UTF_8);
      for (Allowed allowed : ALLOWED) {
        text = file.endsWith(allowed.file()) ? text.replace(allowed.words(), "") : text;
      }
      check.apply(text).forEach(it -> found.add(ROOT.relativize(file) + ":" + it));
    }
    return found;
  }

  private static Forbidden forbidden(String row) {
    String[] columns = row.split(" => ", -1);
    String words = "(?i)\\b(?:" + columns[0].replace(" ", "\\s+") + ")\\b";
    return new Forbidden(Pattern.compile(words), columns[1], List.of(columns[2].split(" / ", -1)));
  }

  private static List<Path> files(String glob) {
    var matcher = ROOT.getFileSystem().getPathMatcher("glob:" + glob);
    return walk(ROOT).filter(it -> matcher.matches(ROOT.relativize(it))).sorted().toList();
  }

  private static Stream<Path> walk(Path folder) {
    var children =
        folder.toFile().listFiles(it -> !it.getName().matches("target|\\.git|node_modules"));
    return children == null
        ? Stream.of(folder)
        : Stream.of(children).flatMap(it -> walk(it.toPath()));
  }
}

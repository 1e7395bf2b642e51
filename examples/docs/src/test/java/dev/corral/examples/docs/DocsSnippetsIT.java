package dev.corral.examples.docs;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.yaml.snakeyaml.Yaml;

/** The code blocks of the pages: each compiles, is parsed, runs, or says why it does not. */
class DocsSnippetsIT {

  private static final Path ROOT = Path.of("../..");
  private static final List<CodeBlock> BLOCKS = CodeBlock.all(ROOT);

  /** Languages without a check: output, diagrams, and shell commands. */
  private static final Set<String> UNCHECKED = Set.of("", "text", "mermaid", "sh");

  private static final Set<String> CHECKED =
      Set.of("java", "hocon", "properties", "yaml", "xml", "json");

  @TempDir private Path directory;

  @Test
  void blocks_ofAllPages_haveAKnownLanguageOrAMark() {
    assertThat(BLOCKS).hasSizeGreaterThan(60);
    assertThat(BLOCKS)
        .filteredOn(it -> it.mark().isEmpty())
        .allSatisfy(
            it ->
                assertThat(UNCHECKED.contains(it.language()) || CHECKED.contains(it.language()))
                    .as(it.at(0) + ": nothing checks '" + it.language() + "'" + CodeBlock.HELP)
                    .isTrue());
  }

  @Test
  void javaBlocks_compileAndRun() throws Exception {
    JavaSnippets snippets = new JavaSnippets(directory);
    List<CodeBlock> java = blocks("java");

    assertThat(snippets.compile(java)).as("%s", CodeBlock.HELP).isEmpty();
    List<String> failures = new ArrayList<>();
    try (CacheManager server =
        Caching.getCachingProvider().getCacheManager(URI.create("embedded:/"), null)) {
      // As long as it is open, all blocks use its embedded server.
      server.createCache("server", new MutableConfiguration<>());
      for (CodeBlock block : java) {
        if (block.runs() && snippets.canRun(block)) {
          run(snippets, block, failures);
        }
      }
    }
    assertThat(failures).as("%s", CodeBlock.HELP).isEmpty();
  }

  @Test
  void hoconBlocks_areAcceptedByCorral() throws Exception {
    List<String> problems = new ArrayList<>();
    for (CodeBlock block : blocks("hocon")) {
      String problem = SettingSnippets.problemOfFile(block.text(), directory);
      if (problem != null) {
        problems.add(block.at(1) + ": " + problem);
      }
    }
    assertThat(problems).as("%s", CodeBlock.HELP).isEmpty();
  }

  @Test
  void propertiesAndYamlBlocks_haveKnownNames() throws Exception {
    SettingSnippets settings = new SettingSnippets();
    List<String> problems = new ArrayList<>();
    for (CodeBlock block : blocks("properties")) {
      settings
          .problemsOfProperties(block.text())
          .forEach(it -> problems.add(block.at(1) + ": " + it));
    }
    for (CodeBlock block : blocks("yaml")) {
      for (Object document : new Yaml().loadAll(block.text())) {
        if (document instanceof Map<?, ?> tree
            && tree.keySet().stream()
                .anyMatch(Set.of("spring", "corral", "management")::contains)) {
          settings.problemsOfTree(tree, "").forEach(it -> problems.add(block.at(1) + ": " + it));
        }
      }
    }
    assertThat(problems).as("%s", CodeBlock.HELP).isEmpty();
  }

  @Test
  void xmlBlocks_areWellFormed_withTheVersionsOfThisBuild() throws Exception {
    for (CodeBlock block : blocks("xml")) {
      String xml = block.text().startsWith("<?xml") ? block.text() : "<x>" + block.text() + "</x>";
      assertThat(
              DocumentBuilderFactory.newInstance()
                  .newDocumentBuilder()
                  .parse(new InputSource(new StringReader(xml)))
                  .getDocumentElement())
          .as(block.at(1))
          .isNotNull();
      assertThat(unknownDependencies(block.text())).as(block.at(1)).isEmpty();
    }
  }

  @Test
  void jsonBlocks_areWellFormed() throws Exception {
    for (CodeBlock block : blocks("json")) {
      assertThat(new ObjectMapper().readTree(block.text())).as(block.at(1)).isNotNull();
    }
  }

  @Test
  void shellBlocks_nameModulesAndTestsThatExist() throws IOException {
    Set<String> tests;
    try (var files = Files.walk(ROOT)) {
      tests =
          files
              .map(it -> it.getFileName().toString())
              .filter(it -> it.endsWith(".java"))
              .map(it -> it.replace(".java", ""))
              .collect(toCollection(TreeSet::new));
    }
    for (CodeBlock block : blocks("sh")) {
      for (String module : all(block.text(), " -pl (\\S+)", ",")) {
        assertThat(ROOT.resolve(module).resolve("pom.xml")).as(block.at(1)).exists();
      }
      assertThat(tests).as(block.at(1)).containsAll(all(block.text(), " -Dtest=([\\w,]+)", ","));
    }
  }

  @Test
  void blocksFromFiles_areTheSameThere() {
    for (CodeBlock block : BLOCKS) {
      if (block.mark().startsWith("from ")) {
        String from = block.mark().substring("from ".length());
        int hash = from.indexOf('#');
        Path file = ROOT.resolve(from.substring(0, hash));
        assertThat(block.text()).as(block.at(1)).isEqualTo(region(file, from.substring(hash + 1)));
      }
    }
  }

  @Test
  void plantedMistakes_areFound() throws Exception {
    JavaSnippets snippets = new JavaSnippets(directory);
    String page =
        """
        ```java
        int a = 1;
        String b = a;
        ```
        <!-- snippet: not checked, this is a planted mistake -->
        ```java
        int a = "";
        ```
        ```hocon
        caches.users { ttl = 1h }
        ```
        ```properties
        spring.cache.typ=jcache
        spring.cache.type=jcache
        corral.redis.timout=1s
        corral.caches.users.time-to-live=1h
        hibernate.javax.cache.url=x
        ```
        """;
    List<CodeBlock> blocks = CodeBlock.of("docs/planted.md", page);

    assertThat(blocks).extracting(CodeBlock::checked).containsExactly(true, false, true, true);
    assertThat(snippets.compile(blocks.subList(0, 1)))
        .containsExactly(
            "docs/planted.md:3: incompatible types: int cannot be converted to java.lang.String");
    assertThat(SettingSnippets.problemOfFile(blocks.get(2).text(), directory))
        .contains("time-to-live");
    assertThat(new SettingSnippets().problemsOfProperties(blocks.get(3).text()))
        .containsExactlyInAnyOrder(
            "spring.cache.typ is unknown",
            "corral.redis.timout is unknown",
            "hibernate.javax.cache.url is unknown");
    assertThat(
            unknownDependencies(
                "<artifactId>corral-jcash</artifactId> <artifactId>slf4j-simple</artifactId>"
                    + " <version>0.0.9</version> <artifactId>corral-jcache</artifactId>"))
        .containsExactly("corral-jcash null", "slf4j-simple 0.0.9");
    assertThatThrownBy(() -> CodeBlock.of("a.md", "<!-- snippet: no -->\n```java\n```\n"))
        .hasMessageContaining("a.md:3: unknown mark 'no'");
  }

  private static List<CodeBlock> blocks(String language) {
    return BLOCKS.stream()
        .filter(
            it -> it.language().equals(language) && it.checked() && !it.mark().startsWith("from "))
        .toList();
  }

  /** Runs a block; a main method prints what the next block shows, apart from shell commands. */
  private static void run(JavaSnippets snippets, CodeBlock block, List<String> failures)
      throws Exception {
    PrintStream console = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      snippets.run(block);
    } catch (InvocationTargetException e) {
      failures.add(block.at(1) + ": " + e.getCause());
    } catch (Exception | LinkageError e) {
      failures.add(block.at(1) + ": " + e);
    } finally {
      System.setOut(console);
    }
    Optional<CodeBlock> output =
        BLOCKS.stream()
            .skip(BLOCKS.indexOf(block) + 1L)
            .filter(it -> !it.language().equals("sh"))
            .findFirst()
            .filter(it -> it.page().equals(block.page()) && it.language().isEmpty());
    if (snippets.hasMain(block) && output.isPresent()) {
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .as(block.at(1))
          .isEqualTo(output.get().text());
    }
  }

  /** Artifacts of Corral that no POM has, and versions that are not those of the build. */
  private static List<String> unknownDependencies(String xml) throws IOException {
    String poms;
    try (var files = Files.walk(ROOT)) {
      poms =
          files
              .filter(it -> it.endsWith("pom.xml") && !it.toString().contains("target"))
              .map(CodeBlock::read)
              .collect(joining())
              .replaceAll("\\s+", "");
    }
    List<String> unknown = new ArrayList<>();
    Matcher artifact =
        Pattern.compile("<artifactId>([^<]+)</artifactId>(?:<version>([^<…]+)</version>)?")
            .matcher(xml.replaceAll("\\s+", ""));
    while (artifact.find()) {
      String name = artifact.group(1);
      String version = artifact.group(2);
      boolean isOurs = name.startsWith("corral-");
      boolean isKnown = !isOurs || poms.contains("</parent><artifactId>" + name + "</artifactId>");
      String place = isOurs ? "corral-parent</artifactId><version>" : ">";
      if (!isKnown || (version != null && !poms.contains(place + version + "<"))) {
        unknown.add(name + " " + version);
      }
    }
    return unknown;
  }

  /** The lines of a file between its markers, without their indentation. */
  private static String region(Path file, String name) {
    Matcher region =
        Pattern.compile("(?ms)^[^\n]*tag::%1$s\\b[^\n]*\n(.*?)^[^\n]*end::%1$s\\b".formatted(name))
            .matcher(CodeBlock.read(file));
    assertThat(region.find()).as("tag::%s in %s", name, file).isTrue();
    return region.group(1).stripTrailing().stripIndent() + "\n";
  }

  private static List<String> all(String text, String regex, String separator) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map((MatchResult it) -> it.group(1))
        .flatMap(it -> List.of(it.split(separator)).stream())
        .toList();
  }
}

package dev.corral.jcache.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** The whole TCK ran and passed, but for the one test on the list of its authors. */
class TckResultIT {

  private static final int TESTS = 479;

  /** How many tests of an optional feature the TCK leaves out by itself. */
  private static final int STORE_BY_REFERENCE = 12;

  @Test
  void excludeList_names_onlyTheDummy() throws IOException {
    URL list = ClassLoader.getSystemResource("ExcludeList");
    try (InputStream content = list.openStream()) {
      assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8).lines())
          .containsExactly("org.jsr107.tck.CachingTest#dummyTest");
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTest_ran_andPassed(TckServer server) throws IOException {
    assumeItRan(server);

    List<Element> suites =
        reports(server, "TEST-", ".xml").stream().map(TckResultIT::suite).toList();

    assertThat(sum(suites, "failures")).as("failures").isZero();
    assertThat(sum(suites, "errors")).as("errors").isZero();
    assertThat(sum(suites, "skipped")).as("skipped").isZero();
    assertThat(sum(suites, "tests")).as("tests").isEqualTo(TESTS);
  }

  /**
   * The TCK counts an excluded test as a passed one, and only logs that it did. One is on the list;
   * the others are those by which the TCK itself tests the optional store-by-reference, and leaves
   * out where a provider says that it does not support it.
   */
  @ParameterizedTest
  @EnumSource
  void excludedTests_areTheDummyAndStoreByReference(TckServer server) throws IOException {
    assumeItRan(server);

    List<String> excluded =
        reports(server, "", "-output.txt").stream()
            .flatMap(TckResultIT::lines)
            .filter(line -> line.contains("EXCLUDING"))
            .toList();

    assertThat(excluded).filteredOn(line -> line.contains("dummyTest")).hasSize(1);
    assertThat(excluded)
        .filteredOn(line -> line.contains("StoreByReference"))
        .hasSize(STORE_BY_REFERENCE);
    assertThat(excluded).hasSize(1 + STORE_BY_REFERENCE);
  }

  /**
   * What Corral says of the TCK's caches that expire by access, and of none without a near cache.
   */
  @ParameterizedTest
  @EnumSource
  void nearCaches_wereThereWhereTheBuildSaysSo(TckServer server) throws IOException {
    assumeItRan(server);

    boolean near =
        reports(server, "", "-output.txt").stream()
            .flatMap(TckResultIT::lines)
            .anyMatch(line -> line.contains("has no near cache"));

    assertThat(near).isEqualTo(server.keepsNear());
  }

  private static void assumeItRan(TckServer server) {
    server
        .whyNot()
        .ifPresent(
            reason -> {
              System.out.println("SKIPPED: " + reason);
              abort(reason);
            });
  }

  private static List<Path> reports(TckServer server, String prefix, String suffix)
      throws IOException {
    try (Stream<Path> files =
        Files.list(Path.of(System.getProperty("tck.reports"), server.directory()))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> file.toString().endsWith(suffix))
          .toList();
    }
  }

  private static Element suite(Path report) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(report.toFile())
          .getDocumentElement();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SAXException | ParserConfigurationException e) {
      throw new IllegalStateException("Not a report: " + report, e);
    }
  }

  private static int sum(List<Element> suites, String attribute) {
    return suites.stream().mapToInt(suite -> Integer.parseInt(suite.getAttribute(attribute))).sum();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

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
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * The TCK ran completely and passed, except for the one test on the exclude list of its authors.
 */
class TckResultIT {

  private static final int TESTS = 479;

  /** The number of tests of store-by-reference, which the TCK excludes by itself. */
  private static final int STORE_BY_REFERENCE = 12;

  /** The runs that the build leaves out on this JDK. */
  private static final List<String> LEFT_OUT =
      Stream.of(System.getProperty("tck.left-out", "").split(","))
          .filter(name -> !name.isEmpty())
          .toList();

  private static final int FIRST_NEWER_JDK = 22;

  @Test
  void leftOutServers_onTheBaseline_areNone() {
    assertThat(Stream.of(TckServer.values()).map(TckServer::directory)).containsAll(LEFT_OUT);
    if (Runtime.version().feature() < FIRST_NEWER_JDK) {
      assertThat(LEFT_OUT).isEmpty();
    } else {
      assertThat(LEFT_OUT).doesNotContain("embedded", "cluster");
    }
  }

  @Test
  void excludeList_ofTheTck_hasOnlyTheDummyTest() throws IOException {
    URL list = ClassLoader.getSystemResource("ExcludeList");
    try (InputStream content = list.openStream()) {
      assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8).lines())
          .containsExactly("org.jsr107.tck.CachingTest#dummyTest");
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTest_onEachServer_ranAndPassed(TckServer server) throws IOException {
    assumeItRan(server);

    List<Element> suites =
        reports(server, "TEST-", ".xml").stream().map(TckResultIT::suite).toList();

    assertThat(sum(suites, "failures")).as("failures").isZero();
    assertThat(sum(suites, "errors")).as("errors").isZero();
    assertThat(sum(suites, "skipped")).as("skipped").isZero();
    assertThat(sum(suites, "tests")).as("tests").isEqualTo(TESTS);
  }

  /**
   * The TCK counts an excluded test as passed, and only logs the exclusion. One test is on the
   * exclude list. The other tests are for store-by-reference, an optional feature; the TCK excludes
   * them if a provider does not support it.
   */
  @ParameterizedTest
  @EnumSource
  void excludedTests_onEachServer_areTheDummyTestAndStoreByReference(TckServer server)
      throws IOException {
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
   * With a near cache configured, Corral logs for each cache with expiry on access that it has
   * none. The TCK has such caches. Without a near cache configured, Corral does not log this.
   */
  @ParameterizedTest
  @EnumSource
  void nearCaches_onEachServer_wereUsedAsTheBuildSays(TckServer server) throws IOException {
    assumeItRan(server);

    boolean hasNearCaches =
        reports(server, "", "-output.txt").stream()
            .flatMap(TckResultIT::lines)
            .anyMatch(line -> line.contains("has no near cache"));

    assertThat(hasNearCaches).isEqualTo(server.hasNearCaches());
  }

  private static void assumeItRan(TckServer server) {
    Optional.of("The TCK does not run on %s with this JDK".formatted(server.directory()))
        .filter(reason -> LEFT_OUT.contains(server.directory()))
        .or(server::reasonToSkip)
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
      throw new IllegalStateException("Not a test report: " + report, e);
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

package dev.corral.examples.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.cache.Caching;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Several processes share the second-level cache. */
@Tag("baseline-jdk")
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedCacheIT {

  private static final String AUTHOR = "Ursula Le Guin, born 1929-10-21, of Portland";
  private static final String BOOK =
      "The Left Hand of Darkness (978-0-441-47812-5) by Ursula Le Guin, SCIENCE_FICTION, 9.99";

  private static Servers servers;

  private final List<ApplicationProcess> processes = new ArrayList<>();
  private String name;

  @BeforeAll
  static void startServers() {
    servers = Servers.start();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  @BeforeEach
  void useOwnDatabaseAndKeys(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void endProcesses() {
    try {
      assertThat(processes).allSatisfy(it -> assertThat(it.finish()).isZero());
    } finally {
      processes.forEach(ApplicationProcess::close);
    }
  }

  @Test
  void classPath_hasTheDropInJar_andTheReleaseOfHibernateUnderTest() {
    var provider = Caching.getCachingProvider().getClass();
    var source = provider.getProtectionDomain().getCodeSource().getLocation();

    assertThat(provider.getName()).isEqualTo("dev.corral.jcache.spi.CorralCachingProvider");
    assertThat(Path.of(source.getPath()).getFileName().toString())
        .startsWith("corral-jcache-")
        .endsWith(".jar");
    assertThat(Version.getVersionString()).isEqualTo(System.getProperty("expected.hibernate"));
  }

  @Test
  void read_ofEntriesCachedByAnotherProcess_needsNoSql() {
    ApplicationProcess first = start();
    first.run("create");
    first.run("read");

    List<Report> reports = start().run("read");

    assertThat(answers(reports))
        .containsExactly(
            Map.entry("author", AUTHOR),
            Map.entry("books of author", "[The Left Hand of Darkness, A Wizard of Earthsea]"),
            Map.entry("keywords of book", "[Gethen, winter]"),
            Map.entry("stock", "12 copies as PRINT, counted 2026-01-31T10:00:00Z"),
            Map.entry("files", "1 copies as EBOOK, counted 1970-01-01T00:00:00Z"),
            Map.entry("purchase", "by Genly Ai at 2026-02-01T12:30 as EBOOK, 3 days"),
            Map.entry("book by ISBN", BOOK),
            Map.entry("books of genre", "[" + BOOK + "]"));
    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.statements()).as(report.question()).isZero();
              assertThat(report.misses()).as(report.question()).isZero();
              assertThat(report.hits()).as(report.question()).isPositive();
            });
  }

  @Test
  void update_inOneProcess_isSeenByTheOther() {
    ApplicationProcess first = start();
    ApplicationProcess second = start();
    first.run("create");
    first.run("read");
    second.run("read");

    second.run("rename Ursula K. Le Guin");
    assertThat(answers(first.run("read")))
        .contains(Map.entry("author", "Ursula K. Le Guin, born 1929-10-21, of Portland"));

    first.run("file SCIENCE_FICTION");
    assertThat(answers(second.run("read")))
        .contains(
            Map.entry(
                "books of genre",
                "["
                    + BOOK.replace("Ursula", "Ursula K.")
                    + ", A Wizard of Earthsea (978-0-547-77374-2) by Ursula K. Le Guin,"
                    + " SCIENCE_FICTION, 8.49]"));
  }

  /** The key of each row must be the same in every JVM, although its hash code differs. */
  @Test
  void update_ofAnEnumIdByAThirdProcess_isSeenAndServedFromTheCache() throws Exception {
    start().run("create");
    ApplicationProcess second = start();
    assertThat(answers(second.run("read")))
        .contains(Map.entry("stock", "12 copies as PRINT, counted 2026-01-31T10:00:00Z"));

    start().run("count 7");
    passMillisecond();
    List<Report> reports = second.run("read");

    assertThat(answers(reports))
        .contains(
            Map.entry("stock", "7 copies as PRINT, counted 2026-03-31T10:00:00Z"),
            Map.entry("files", "7 copies as EBOOK, counted 1970-01-01T00:00:00Z"));
    assertThat(reports)
        .filteredOn(report -> List.of("stock", "files").contains(report.question()))
        .extracting(Report::statements)
        .containsExactly(0L, 0L);
  }

  @Test
  void freshDatabase_withNewKeyPrefix_findsNoOldEntries() {
    ApplicationProcess old = start();
    old.run("create");
    old.run("read");

    ApplicationProcess fresh = start(name + "-again", name + "-again:");

    assertThat(fresh.run("read"))
        .allSatisfy(
            report -> {
              assertThat(report.answer()).as(report.question()).isIn("nothing", "[]");
              assertThat(report.hits()).as(report.question()).isZero();
            });
  }

  @Test
  void main_thatClosesNothing_endsTheProcess() {
    ApplicationProcess process = start();
    process.run("create");
    processes.remove(process);

    assertThat(process.leave()).isZero();
  }

  private ApplicationProcess start() {
    return start(name, name + ":");
  }

  private ApplicationProcess start(String database, String keyPrefix) {
    ApplicationProcess process = ApplicationProcess.start(servers, database, keyPrefix);
    processes.add(process);
    return process;
  }

  private static List<Map.Entry<String, String>> answers(List<Report> reports) {
    return reports.stream().map(report -> Map.entry(report.question(), report.answer())).toList();
  }

  /** Hibernate uses an entry only in a transaction that began in a later millisecond. */
  private static void passMillisecond() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(5);
  }
}

package dev.corral.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.cache.CacheManager;
import javax.cache.Caching;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Examples on pages about patterns, which run here. */
abstract class PageExamples {

  private static final Path DOCS = Path.of("../../docs");
  private static final Path TESTS = Path.of("src/test/java");

  final CountingDatabase database = database();
  final CountryTable table = new CountryTable(database);
  final CacheManager manager = Caching.getCachingProvider().getCacheManager();

  private static CountingDatabase database() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:pages;DB_CLOSE_DELAY=-1");
    return new CountingDatabase(h2);
  }

  @BeforeEach
  void fill() throws SQLException {
    table.create();
  }

  @AfterEach
  void destroy() {
    manager.getCacheNames().forEach(manager::destroyCache);
    manager.close();
  }

  /** The page shows the same code as the region of that name in this class. */
  final void assertSameOnItsPage(String page) throws IOException {
    String region = "// tag::%1$s\n((?s:.*?)) *// end::%1$s\n".formatted(page);
    Path source = TESTS.resolve(getClass().getName().replace('.', '/') + ".java");

    assertThat(all(DOCS.resolve(page + ".md"), "```java\n((?s:.*?))```"))
        .startsWith(all(source, region).get(0).stripTrailing().stripIndent() + "\n");
  }

  private static List<String> all(Path file, String regex) throws IOException {
    return Pattern.compile(regex)
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}

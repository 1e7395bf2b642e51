package dev.corral.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of options in the documentation have the options and defaults of the records. */
class OptionTablesTest {

  private static final Path DOCS = Path.of("../../docs");

  /** A row of four columns, of which the first is a name in camel case. */
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-zA-Z]+)` \\| ([^|]*?) \\|[^|]*\\|[^|]*\\|$", Pattern.MULTILINE);

  @Test
  void configurationPage_everyOption_hasItsDefault() throws Exception {
    String page = Files.readString(DOCS.resolve("configuration.md"));
    int outage = page.indexOf("\n`OutageOptions`, for");
    int loading = page.indexOf("\n`LoadOptions`, for");
    int writing = page.indexOf("\n`WriteBehindOptions`, for");

    assertThat(rows(page.substring(outage, loading)))
        .containsExactlyElementsOf(options(OutageOptions.DEFAULTS));
    assertThat(rows(page.substring(loading, writing)))
        .containsExactlyElementsOf(options(LoadOptions.DEFAULTS));
    assertThat(rows(page.substring(writing)))
        .containsExactlyElementsOf(options(WriteBehindOptions.DEFAULTS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"read-through.md", "early-refresh.md", "negative-caching.md"})
  void patternPage_itsOptions_haveTheirDefaults(String page) throws Exception {
    assertThat(rows(Files.readString(DOCS.resolve(page))))
        .isNotEmpty()
        .isSubsetOf(options(LoadOptions.DEFAULTS));
  }

  private static List<Map.Entry<String, String>> rows(String text) {
    return ROW.matcher(text)
        .results()
        .map(row -> Map.entry(row.group(1), row.group(2).replace("`", "")))
        .toList();
  }

  /** The components of a record of options; those of a nested record in its place. */
  private static List<Map.Entry<String, String>> options(Record defaults) throws Exception {
    List<Map.Entry<String, String>> options = new ArrayList<>();
    for (RecordComponent component : defaults.getClass().getRecordComponents()) {
      Object value = component.getAccessor().invoke(defaults);
      if (value instanceof Record nested) {
        options.addAll(options(nested));
      } else {
        options.add(Map.entry(component.getName(), text(value)));
      }
    }
    return options;
  }

  private static String text(Object value) {
    if (value instanceof Duration time) {
      return time.toMillisPart() == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
    return value == null ? "none" : value.toString().replaceAll("\\.0$", "");
  }
}

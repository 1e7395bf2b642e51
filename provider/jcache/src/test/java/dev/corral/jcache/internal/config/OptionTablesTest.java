package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tables of settings in the documentation are those of {@code reference.conf}. After a change
 * of that file, run this test once with {@code -Dtest.write-tables=true}, which writes them.
 */
class OptionTablesTest {

  private static final Path DOCS = Path.of("../../docs");

  /** A generated table: its settings, and what is between the marks. */
  private static final Pattern TABLE =
      Pattern.compile(
          "(<!-- table of reference.conf: (\\S*) -->\n)(.*?)(<!-- end of table -->)",
          Pattern.DOTALL);

  /** A row of four columns, of which the first is a name in camel case. */
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-zA-Z]+)` \\| ([^|]*?) \\|[^|]*\\|[^|]*\\|$", Pattern.MULTILINE);

  @Test
  void configurationPage_tables_areThoseOfTheReference() throws IOException {
    Path page = DOCS.resolve("configuration.md");
    String text = Files.readString(page);
    String generated =
        TABLE
            .matcher(text)
            .replaceAll(
                it -> Matcher.quoteReplacement(it.group(1) + table(it.group(2)) + it.group(4)));
    if (Boolean.getBoolean("test.write-tables")) {
      Files.writeString(page, generated);
    }

    assertThat(text).isEqualTo(generated);
    assertThat(TABLE.matcher(text).results().map(it -> it.group(3)).collect(Collectors.joining()))
        .contains(Reference.OF_MANAGER.keySet().stream().map("| `%s` |"::formatted).toList())
        .contains(Reference.OF_CACHE.keySet().stream().map("| `%s` |"::formatted).toList());
  }

  private static String table(String block) {
    boolean isManager = block.equals("redis.") || block.equals("embedded.");
    String head =
        isManager
            ? "| name | type | default | meaning |\n|---|---|---|---|\n"
            : "| name | in code | type | default | meaning |\n|---|---|---|---|---|\n";
    return (isManager ? Reference.OF_MANAGER : Reference.OF_CACHE)
        .values().stream()
            .filter(it -> blockOf(it.name()).equals(block))
            .map(it -> row(it, isManager))
            .collect(Collectors.joining("", head, ""));
  }

  /** The expiry belongs to the settings without a block. */
  private static String blockOf(String name) {
    String block = name.substring(0, name.indexOf('.') + 1);
    return block.isEmpty() || block.equals("expiry.") ? "cache" : block;
  }

  private static String row(Reference.Setting setting, boolean isManager) {
    String code = setting.notes().get("Code");
    String value = setting.value().text();
    String shown = setting.isSecret() || value.isEmpty() ? "" : "`" + value + "`";
    return "| `%s` |%s %s | %s | %s |\n"
        .formatted(
            setting.name(),
            isManager ? "" : (code == null ? " " : " `" + code + "`") + " |",
            setting.type(),
            shown,
            setting.meaning() + link(setting.notes().getOrDefault("See", "")));
  }

  private static String link(String target) {
    if (target.isEmpty()) {
      return "";
    }
    String page = target.substring(0, target.indexOf(".md"));
    int hash = target.indexOf('#');
    String address = page.equals("configuration") && hash >= 0 ? target.substring(hash) : target;
    String label = hash >= 0 ? target.substring(hash + 1) : page;
    return ": [%s](%s)".formatted(label.replace('-', ' '), address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"read-through.md", "early-refresh.md", "negative-caching.md", "near-cache.md"})
  void patternPage_itsOptions_haveTheDefaultsOfTheReference(String page) throws Exception {
    String block = page.startsWith("near") ? "near-cache." : "loading.";
    assertThat(ROW.matcher(Files.readString(DOCS.resolve(page))).results().toList())
        .isNotEmpty()
        .allSatisfy(
            row -> {
              Reference.Setting setting =
                  Objects.requireNonNull(
                      Reference.OF_CACHE.get(block + dashed(row.group(1))), row.group(1));
              String expected = setting.value().text().replace("[]", "none");
              assertThat(row.group(2).replace("`", "")).as(row.group(1)).isEqualTo(expected);
            });
  }

  @Test
  void records_everyOption_hasASetting() {
    List<Map.Entry<String, Class<? extends Record>>> records =
        List.of(
            Map.entry("loading.", LoadOptions.class),
            Map.entry("write-behind.", WriteBehindOptions.class),
            Map.entry("near-cache.", NearCacheOptions.class),
            Map.entry("hot-keys.", HotKeyOptions.class),
            Map.entry("verify.", VerifyOptions.class),
            Map.entry("outage.", OutageOptions.class));
    for (Map.Entry<String, Class<? extends Record>> each : records) {
      assertThat(Reference.OF_CACHE.keySet())
          .containsAll(
              components(each.getValue()).stream().map(it -> each.getKey() + dashed(it)).toList());
    }
  }

  /** The components of a record of options; those of a nested record in its place. */
  private static List<String> components(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isRecord()) {
        names.addAll(components(component.getType()));
      } else {
        names.add(component.getName());
      }
    }
    return names;
  }

  private static String dashed(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
  }
}

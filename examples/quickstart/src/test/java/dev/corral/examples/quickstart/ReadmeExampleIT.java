package dev.corral.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.junit.jupiter.api.Test;

/** The example of the README: that it does what it says, and that it is the one printed there. */
class ReadmeExampleIT {

  private static final Path README = Path.of("../../README.md");
  private static final Path THIS =
      Path.of("src/test/java", ReadmeExampleIT.class.getName().replace('.', '/') + ".java");

  @Test
  void example_runs() {
    // tag::example
    var fiveMinutes = CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MINUTES, 5));
    try (CacheManager manager = Caching.getCachingProvider().getCacheManager()) {
      Cache<String, Integer> stock =
          manager.createCache(
              "stock",
              new MutableConfiguration<String, Integer>()
                  .setTypes(String.class, Integer.class)
                  .setExpiryPolicyFactory(fiveMinutes));
      stock.put("apples", 3);
      stock.invoke(
          "apples",
          (entry, arguments) -> { // one JVM at a time, over all JVMs
            entry.setValue(entry.getValue() - 1);
            return null;
          });
      System.out.println(stock.get("apples")); // 2
    }
    // end::example
  }

  @Test
  void example_isTheOneInTheReadme() throws IOException {
    assertThat(only(README, "```java\n(.*?)```"))
        .isEqualTo(only(THIS, "// tag::example\n(.*?) *// end::example").stripIndent());
  }

  private static String only(Path file, String regex) throws IOException {
    Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(Files.readString(file));
    assertThat(matcher.find()).as(regex + " in " + file).isTrue();
    return matcher.group(1);
  }
}

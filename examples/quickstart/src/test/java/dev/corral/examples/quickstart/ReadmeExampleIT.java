package dev.corral.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.Test;

/** The example in the README: it works, and the README shows the same code. */
class ReadmeExampleIT {

  private static final Path README = Path.of("../../README.md");
  private static final Path THIS =
      Path.of("src/test/java", ReadmeExampleIT.class.getName().replace('.', '/') + ".java");

  @Test
  void example_runs() {
    // tag::example
    try (CacheManager manager = Caching.getCachingProvider().getCacheManager()) {
      var hour = CreatedExpiryPolicy.factoryOf(Duration.ONE_HOUR);
      var configuration =
          new MutableConfiguration<String, Integer>()
              .setTypes(String.class, Integer.class)
              .setExpiryPolicyFactory(hour);
      Cache<String, Integer> stock = manager.createCache("stock", configuration);
      stock.put("apples", 3); // every JVM sees it
      stock.invoke("apples", (entry, arguments) -> take(entry, 1)); // in one JVM at a time
      System.out.println(stock.get("apples")); // 2
      // end::example
      assertThat(stock.get("apples")).isEqualTo(2);
    }
  }

  private static int take(MutableEntry<String, Integer> entry, int number) {
    entry.setValue(entry.getValue() - number);
    return entry.getValue();
  }

  @Test
  void example_isTheSameInTheReadme() throws IOException {
    assertThat(only(README, "```java\n(.*?)```"))
        .isEqualTo(
            only(THIS, "// tag::example\n(.*?) *// end::example").stripTrailing().stripIndent()
                + "\n}\n");
  }

  private static String only(Path file, String regex) throws IOException {
    Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(Files.readString(file));
    assertThat(matcher.find()).as(regex + " in " + file).isTrue();
    return matcher.group(1);
  }
}

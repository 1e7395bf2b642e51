package dev.corral.jcache.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.Test;

/** The examples in docs/testing.md are compiled and run: here, in PriceServiceIT, in an example. */
@CorralTest(settings = {"redis.timeout = 10s", "redis.connect-timeout = 10s"})
class TestingPageIT {

  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
  private static final String HERE = "src/test/java/dev/corral/jcache/test/";
  private static final List<Path> SOURCES =
      List.of(
          Path.of(HERE + "PriceServiceIT.java"),
          Path.of(HERE + "TestingPageIT.java"),
          Path.of(
              "../../examples/hibernate/src/test/java/dev/corral/examples/hibernate/warehouse",
              "Warehouse.java"));

  @Test
  void examples_equalTheCodeCompiledInTests() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (Path source : SOURCES) {
      sources.append(Files.readString(source));
    }
    List<String> examples =
        JAVA.matcher(Files.readString(Path.of("../../docs/testing.md")))
            .results()
            .map(MatchResult::group)
            .map(it -> it.replaceAll("```(java)?", ""))
            .toList();

    assertThat(examples).hasSize(4);
    assertThat(examples)
        .allSatisfy(it -> assertThat(plain(sources.toString())).contains(plain(it)));
  }

  private static String plain(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  @Test
  void price_changedByAnotherInstance_isSeen(CacheManager manager, RedisControl redis) {
    PriceService here = new PriceService(manager, sku -> "9.99");
    PriceService there = new PriceService(redis.newInstance().getCacheManager(), sku -> "9.99");
    there.set("lamp", "8.49");
    assertThat(here.of("lamp")).isEqualTo("8.49");
  }

  @Test
  void application_withSettingsOfTheTest_usesItsRedis(CacheManager ofTest, RedisControl redis) {
    CachingProvider provider = new CorralCachingProvider();
    Properties properties = new Properties();
    properties.putAll(redis.settings());
    CacheManager manager = provider.getCacheManager(null, null, properties);
    try (manager) {
      MutableConfiguration<String, String> configuration = new MutableConfiguration<>();
      Cache<String, String> cache = manager.createCache("names", configuration);
      cache.put("a", "Ada");
      assertThat(
              ofTest
                  .<String, String, MutableConfiguration<String, String>>createCache(
                      "names", configuration)
                  .get("a"))
          .isEqualTo("Ada");
    }
  }
}

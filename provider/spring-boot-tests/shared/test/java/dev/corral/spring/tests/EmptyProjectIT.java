package dev.corral.spring.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.spring.tests.ApplicationProcess.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A new project of Spring Boot, with one more dependency and a few properties. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmptyProjectIT {

  private static final Path PROJECT = Path.of(System.getProperty("empty.project"));
  private static final Path PAGE = Path.of("..", "..", "..", "docs", "spring-boot.md");
  private static final Pattern VALUE = Pattern.compile("\"value\":([0-9.E]+)");
  private static final int REQUESTS = 50;

  @Test
  void project_hasOneDependencyOfCorralAndAtMostFiveProperties() throws IOException {
    String pom = Files.readString(PROJECT.resolve("pom.xml"), UTF_8);
    List<String> dependencies =
        Pattern.compile("<dependency>\\s*<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)<")
            .matcher(pom)
            .results()
            .map(it -> it.group(1) + ":" + it.group(2))
            .toList();

    assertThat(dependencies)
        .hasSize(3)
        .filteredOn(it -> !it.startsWith("org.springframework.boot:spring-boot-starter-"))
        .containsExactly("dev.corral:corral-spring-boot-starter");
    assertThat(Files.readAllLines(PROJECT.resolve("src/main/resources/application.properties")))
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void project_isThatOfTheDocumentation() throws IOException {
    String page = Files.readString(PAGE, UTF_8);

    for (Path source : sources(PROJECT)) {
      assertThat(page)
          .as(source.toString())
          .contains("\n" + Files.readString(source, UTF_8) + "```");
    }
    String pom = Files.readString(PROJECT.resolve("pom.xml"), UTF_8);
    assertThat(blocks(page, "xml")).anySatisfy(it -> assertThat(pom).contains(it.indent(4)));
  }

  @Test
  void projects_ofBothVersionsOfBoot_haveTheSameSources() throws IOException {
    Path three = PROJECT.resolveSibling("empty-boot-3");
    Path four = PROJECT.resolveSibling("empty-boot-4");

    assertThat(sources(three)).hasSameSizeAs(sources(four)).hasSize(4);
    for (Path source : sources(three)) {
      assertThat(four.resolve(three.relativize(source))).hasSameTextualContentAs(source);
    }
  }

  @Test
  void project_isCachedMeteredAndProtectedFromStampedesAndOutages() throws Exception {
    Path jar = jar();
    try (RedisProcess redis = RedisProcess.start();
        ApplicationProcess first = start("empty-1", jar, redis);
        ApplicationProcess second = start("empty-2", jar, redis)) {
      first.awaitStart();
      second.awaitStart();

      List<Response> prices = callAtOnce(first, second);

      assertThat(prices)
          .hasSize(2 * REQUESTS)
          .containsOnly(new Response(200, "{\"article\":\"pencil\",\"cents\":600}"));
      assertThat(calculations(first) + calculations(second)).isEqualTo(1);
      double hits = gets(first, "hit");
      first.get("/prices/pencil");
      assertThat(calculations(first) + calculations(second)).isEqualTo(1);
      assertThat(gets(first, "hit")).isEqualTo(hits + 1);
      assertThat(gets(first, "miss") + gets(second, "miss")).isPositive();

      redis.kill();
      assertThat(callAtOnce(first, second)).extracting(Response::status).containsOnly(200);
      assertThat(callAtOnce(first, second)).extracting(Response::status).containsOnly(200);

      redis.restart();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                int before = calculations(first) + calculations(second);
                callAtOnce(first, second);
                assertThat(calculations(first) + calculations(second)).isEqualTo(before);
              });
      assertThat(first.log() + second.log()).doesNotContain("Servlet.service() for servlet");
    }
  }

  private static ApplicationProcess start(String name, Path jar, RedisProcess redis) {
    return ApplicationProcess.start(
        name,
        List.of("-jar", jar.toString(), "--server.port=0", "--corral.redis.uri=" + redis.uri()));
  }

  private static List<Response> callAtOnce(ApplicationProcess... instances) {
    return Stream.of(instances).map(it -> it.sendMany(REQUESTS, "/prices/pencil")).toList().stream()
        .flatMap(List::stream)
        .map(CompletableFuture::join)
        .toList();
  }

  private static int calculations(ApplicationProcess application) {
    return Integer.parseInt(application.get("/calculations"));
  }

  /** The lookups of the cache by their result, from the actuator. */
  private static double gets(ApplicationProcess application, String result) {
    String path = "/actuator/metrics/cache.gets?tag=cache:prices&tag=result:" + result;
    Matcher value = VALUE.matcher(application.get(path));
    assertThat(value.find()).as(path).isTrue();
    return Double.parseDouble(value.group(1));
  }

  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(PROJECT.resolve("target"))) {
      return files.filter(it -> it.toString().endsWith("-SNAPSHOT.jar")).findFirst().orElseThrow();
    }
  }

  private static List<Path> sources(Path project) throws IOException {
    try (Stream<Path> files = Files.walk(project.resolve("src/main"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<String> blocks(String page, String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(page)
        .results()
        .map((MatchResult it) -> it.group(1))
        .toList();
  }
}

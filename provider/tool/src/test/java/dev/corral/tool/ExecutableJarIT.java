package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.shop.model.Order;
import dev.corral.jcache.CorralConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as an operator starts it: {@code java -jar}, without the classes of the application. */
class ExecutableJarIT {

  private static final Path JAR = Path.of(System.getProperty("test.tool.jar", "missing"));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private Run run(Map<String, String> environment, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Path in = folder.resolve("in");
    Files.writeString(in, input, UTF_8);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(it -> it.startsWith("CORRAL_") || it.equals("REDIS_URL"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Run(process.exitValue(), Files.readString(out, UTF_8), withoutWarnings(err));
  }

  /** Newer JDKs warn of sun.misc.Unsafe, which Kryo and Netty use. */
  private static String withoutWarnings(Path err) throws IOException {
    return Files.readString(err, UTF_8)
        .lines()
        .filter(it -> !it.startsWith("WARNING: "))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void jar_passwordFromEnvironmentOrInput_readsValuesWithoutTheirClasses() throws Exception {
    try (TestRedis redis = TestRedis.start()) {
      Cache<Long, Order> orders =
          redis
              .manager("")
              .createCache(
                  "orders",
                  CorralConfiguration.builder(Long.class, Order.class)
                      .allowedClasses("com.shop.model.**")
                      .build());
      orders.put(1L, Order.complete());
      String uri = "redis://127.0.0.1:" + redis.port();

      Run byEnvironment =
          run(
              Map.of("CORRAL_REDIS_URI", uri, "CORRAL_REDIS_PASSWORD", TestRedis.PASSWORD),
              "",
              "get",
              "orders",
              "1");
      Run byInput =
          run(
              Map.of(),
              TestRedis.PASSWORD + "\n",
              "keys",
              "--uri",
              uri,
              "--ask-password",
              "orders");
      Run change =
          run(
              Map.of("CORRAL_REDIS_PASSWORD", TestRedis.PASSWORD),
              "",
              "invalidate",
              "--uri",
              uri,
              "orders",
              "1");
      Run refused = run(Map.of(), "", "caches", "--uri", uri);

      assertThat(byEnvironment.err()).isEmpty();
      assertThat(byEnvironment.out()).contains("\"@class\" : \"com.shop.model.Order\"");
      assertThat(byEnvironment.out()).contains("\"street\" : \"Main\"");
      assertThat(byInput.err()).isEmpty();
      assertThat(byInput.out()).isEqualTo("1\n");
      assertThat(change.err()).isEmpty();
      assertThat(change.exitCode()).isZero();
      assertThat(orders.containsKey(1L)).isFalse();
      assertThat(refused.exitCode()).isEqualTo(ToolException.REFUSED);
      assertThat(refused.err()).contains("requires a login").doesNotContain("at dev.corral");
      assertThat(List.of(byEnvironment, byInput, change, refused))
          .allSatisfy(it -> assertThat(it.out() + it.err()).doesNotContain(TestRedis.PASSWORD));
    }
  }

  @Test
  void jar_hasItsLibrariesAndNoClassOfTheTests() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo(CorralTool.class.getName());
      assertThat(jar.getEntry("picocli/CommandLine.class")).isNotNull();
      assertThat(jar.getEntry("com/fasterxml/jackson/databind/ObjectMapper.class")).isNotNull();
      assertThat(jar.getEntry("dev/corral/jcache/spi/CorralCachingProvider.class")).isNotNull();
      assertThat(jar.getEntry("com/shop/model/Order.class")).isNull();
    }
  }
}

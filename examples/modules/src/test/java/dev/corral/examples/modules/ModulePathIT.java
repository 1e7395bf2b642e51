package dev.corral.examples.modules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example in a process of its own, with each of the two jars as the module dev.corral.jcache.
 */
class ModulePathIT {

  private static final String CORRAL = "dev.corral.jcache";
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final List<Path> CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .toList();

  private static final String VERSION = "[0-9.]+(-SNAPSHOT)?";
  private static final String DROP_IN = "corral-jcache-" + VERSION + "\\.jar";
  private static final String THIN = "corral-jcache-" + VERSION + "-thin\\.jar";

  /** What the drop-in jar needs beside itself, and a log. */
  private static final String FEW = "(corral-example-modules|cache-api|slf4j|embedded-redis)-.*";

  private static final String LIBRARIES_OF_THIN =
      FEW + "|(redisson|kryo5|caffeine|failsafe|config|netty|snakeyaml)-.*";

  private static final String OUTPUT =
      """
      provider: dev.corral.jcache
      value: [apple, pear]
      after invoke: [plum]
      puts by JMX: 2
      not exported: RED
      not exported: serializable
      not exported: cache 'orders': Class dev.corral.examples.modules.ModuleExample$Note cannot be \
      stored: reflection cannot access its fields, and it is not Serializable; add 'opens \
      dev.corral.examples.modules to dev.corral.jcache;' to the descriptor of module \
      dev.corral.examples.modules
      not exported: cache 'orders': Record dev.corral.examples.modules.ModuleExample$Draft cannot be \
      stored: reflection cannot access its constructor; add 'opens dev.corral.examples.modules to \
      dev.corral.jcache;' to the descriptor of module dev.corral.examples.modules
      """;

  @Test
  void main_withTheDropInJar_storesAndReads() throws Exception {
    assertThat(run(JAVA, modulePath(DROP_IN, FEW))).isEqualToNormalizingNewlines(OUTPUT);
  }

  /** Redisson has a provider of its own, so Corral's is named. */
  @Test
  void main_withTheThinJar_storesAndReads() throws Exception {
    assertThat(
            run(
                JAVA,
                modulePath(THIN, LIBRARIES_OF_THIN),
                "-Djavax.cache.spi.CachingProvider=dev.corral.jcache.spi.CorralCachingProvider"))
        .isEqualToNormalizingNewlines(OUTPUT);
  }

  /** An image with only the modules that the drop-in jar and the example require. */
  @Test
  void main_onAnImageOfTheRequiredModules_storesAndReads(@TempDir Path folder) throws Exception {
    String path = modulePath(DROP_IN, FEW);
    String modules =
        Stream.of(CORRAL, "dev.corral.examples.modules")
            .map(name -> descriptor(path, name))
            .flatMap(it -> it.requires().stream())
            .filter(it -> !it.modifiers().contains(Requires.Modifier.STATIC))
            .map(Requires::name)
            .filter(it -> !it.equals("java.base") && ModuleFinder.ofSystem().find(it).isPresent())
            .distinct()
            .sorted()
            .collect(joining(","));
    assertThat(Path.of("../../docs/modules.md")).content().contains("--add-modules " + modules);
    Path image = folder.resolve("image");
    ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();

    assertThat(
            jlink.run(
                System.out, System.err, "--add-modules", modules, "--output", image.toString()))
        .isZero();
    assertThat(run(image.resolve("bin/java"), path)).isEqualToNormalizingNewlines(OUTPUT);
  }

  private static String modulePath(String corral, String others) {
    List<Path> found =
        CLASS_PATH.stream()
            .filter(it -> it.getFileName().toString().matches(corral + "|" + others))
            .toList();
    assertThat(found).filteredOn(it -> it.getFileName().toString().matches(corral)).hasSize(1);
    return found.stream().map(Path::toString).collect(joining(File.pathSeparator));
  }

  private static ModuleDescriptor descriptor(String path, String name) {
    Path[] entries =
        Arrays.stream(path.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
    return ModuleFinder.of(entries).find(name).orElseThrow().descriptor();
  }

  private static String run(Path java, String path, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java.toString(), "-Xmx256m"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "--module-path",
            path,
            "--module",
            "dev.corral.examples.modules/dev.corral.examples.modules.ModuleExample"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(Set.of("REDIS_URL", "CORRAL_REDIS_URI"));
    Path errors = Files.createTempFile("modules", ".log");
    Process process = builder.redirectError(errors.toFile()).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s", Files.readString(errors)).isZero();
      return output;
    } finally {
      process.destroyForcibly();
      Files.delete(errors);
    }
  }
}

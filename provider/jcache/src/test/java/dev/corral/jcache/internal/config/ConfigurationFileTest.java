package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationFileTest {

  @TempDir private Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private SettingsLayer load(URI uri, Map<String, String> environment) throws IOException {
    URL[] urls = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      return ConfigurationFile.load(uri, loader, environment);
    }
  }

  private SettingsLayer load(String uri) throws IOException {
    return load(URI.create(uri), Map.of());
  }

  private static Object value(SettingsLayer settings, String name) {
    return Objects.requireNonNull(settings.ofManager(name)).value().unwrapped();
  }

  @Test
  void load_anyKindOfUri_findsTheFile() throws IOException {
    Path path = file("shop.conf", "redis.key-prefix = \"shop:\"");
    for (String uri :
        new String[] {
          path.toUri().toString(), "classpath:shop.conf", "classpath:/shop.conf", "shop.conf"
        }) {
      assertThat(value(load(uri), "redis.key-prefix")).isEqualTo("shop:");
    }
  }

  @Test
  void load_fileInAJar_findsTheFile() throws IOException {
    Path jar = directory.resolve("shop.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("conf/shop.conf"));
      out.write("redis.timeout = 2s".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertThat(value(load("jar:" + jar.toUri() + "!/conf/shop.conf"), "redis.timeout"))
        .isEqualTo("2s");
  }

  @Test
  void load_jsonOrProperties_isParsedByExtension() throws IOException {
    file("a.json", "{\"redis\": {\"database\": 3}}");
    file("b.properties", "redis.database=4");
    assertThat(value(load("a.json"), "redis.database")).isEqualTo(3);
    assertThat(value(load("b.properties"), "redis.database")).isEqualTo("4");
  }

  @Test
  void load_substitution_readsTheEnvironment() throws IOException {
    file("shop.conf", "redis { uri = \"redis://a\", uri = ${?REDIS_URL}, client-name = ${?NONE} }");
    SettingsLayer layer =
        load(URI.create("shop.conf"), Map.of("REDIS_URL", "redis://b", "redis", "x"));
    assertThat(value(layer, "redis.uri")).isEqualTo("redis://b");
    assertThat(layer.ofManager("redis.client-name")).isNull();
    assertThat(value(load("shop.conf"), "redis.uri")).isEqualTo("redis://a");
  }

  @ParameterizedTest
  @CsvSource({
    "file:/no/such/corral.conf, /no/such/corral.conf cannot be read: it does not exist",
    "file:no-such.conf, no-such.conf cannot be read: it does not exist",
    "classpath:no-such.conf, no-such.conf is not on the class path",
    "no-such.conf, no-such.conf is not on the class path",
    "jar:file:/no/such.jar!/corral.conf, /no/such.jar",
    "gopher://corral, neither a Redis",
    "file:/, / cannot be read: it is a directory"
  })
  void load_missingFile_isNamedWithTheReason(String uri, String message) {
    assertThatThrownBy(() -> load(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void load_directoryOnTheClassPath_isRefused() throws IOException {
    Files.createDirectory(directory.resolve("conf"));
    assertThatThrownBy(() -> load("classpath:conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "conf cannot be read: it is a directory", "file:/path/corral.conf");
  }

  @Test
  void load_fileThatTheUserMayNotRead_namesTheUser() throws IOException {
    Path path = file("secret.conf", "");
    assumeTrue(path.toFile().setReadable(false) && !Files.isReadable(path));
    assertThatThrownBy(() -> load(path.toUri().toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(path.toString(), System.getProperty("user.name"), "rights");
  }

  @Test
  void load_outerBlock_isTheOneThatCounts() throws IOException {
    file("a.conf", "akka.x = 1, corral { redis.database = 3 }");
    assertThat(value(load("a.conf"), "redis.database")).isEqualTo(3);
    file("b.conf", "corral { redis.database = 3 }\nredis.timeout = 1s");
    assertThatThrownBy(() -> load("b.conf"))
        .hasMessageContainingAll("b.conf: 2", "redis is not in the block corral");
  }

  @Test
  void load_unknownSetting_namesFileLineAndSuggestion() throws IOException {
    file("shop.conf", "redis {\n  uri = \"redis://a\"\n  time-out = 2s\n}\n");
    assertThatThrownBy(() -> load("shop.conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("shop.conf: 3", "redis.time-out", "did you mean redis.timeout?");
  }

  @Test
  void load_unknownBlock_listsTheBlocks() throws IOException {
    file("shop.conf", "\"com.example.unrelated-thing\" = 1");
    assertThatThrownBy(() -> load("shop.conf"))
        .hasMessageContainingAll(
            "shop.conf: 1", "com.example.unrelated-thing", "the blocks redis, embedded");
  }

  @Test
  void load_syntaxError_namesFileAndLine() throws IOException {
    file("shop.conf", "redis {\n  uri = \"redis://a\n}\n");
    assertThatThrownBy(() -> load("shop.conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("shop.conf", "2");
  }

  @Test
  void load_undefinedVariable_namesFileAndLine() throws IOException {
    file("shop.conf", "redis.uri = ${NO_SUCH_VARIABLE}");
    assertThatThrownBy(() -> load("shop.conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("shop.conf: 1", "NO_SUCH_VARIABLE");
  }
}

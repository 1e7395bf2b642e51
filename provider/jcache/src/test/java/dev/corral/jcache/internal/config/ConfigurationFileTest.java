package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

  private Config load(URI uri, Map<String, String> environment) throws IOException {
    URL[] urls = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      return ConfigurationFile.load(uri, loader, environment);
    }
  }

  private Config load(String uri) throws IOException {
    return load(URI.create(uri), Map.of());
  }

  @Test
  void load_anyKindOfUri_findsTheFile() throws IOException {
    Path path = file("shop.conf", "redis.key-prefix = \"shop:\"");
    for (String uri :
        new String[] {
          path.toUri().toString(), "classpath:shop.conf", "classpath:/shop.conf", "shop.conf"
        }) {
      assertThat(load(uri).getString("redis.key-prefix")).isEqualTo("shop:");
    }
  }

  @Test
  void load_fileInAJar_findsTheFile() throws IOException {
    Path jar = directory.resolve("shop.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("conf/shop.conf"));
      out.write("redis.timeout = 2s".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertThat(load("jar:" + jar.toUri() + "!/conf/shop.conf").getString("redis.timeout"))
        .isEqualTo("2s");
  }

  @Test
  void load_jsonOrProperties_isParsedByExtension() throws IOException {
    file("a.json", "{\"redis\": {\"database\": 3}}");
    file("b.properties", "redis.database=4");
    assertThat(load("a.json").getInt("redis.database")).isEqualTo(3);
    assertThat(load("b.properties").getInt("redis.database")).isEqualTo(4);
  }

  @Test
  void load_substitution_readsTheEnvironment() throws IOException {
    file("shop.conf", "redis { uri = \"redis://a\", uri = ${?REDIS_URL}, client-name = ${?NONE} }");
    Config config = load(URI.create("shop.conf"), Map.of("REDIS_URL", "redis://b", "redis", "x"));
    assertThat(config.getString("redis.uri")).isEqualTo("redis://b");
    assertThat(config.hasPath("redis.client-name")).isFalse();
    assertThat(config.root().keySet()).containsExactly("redis");
    assertThat(load("shop.conf").getString("redis.uri")).isEqualTo("redis://a");
  }

  @ParameterizedTest
  @CsvSource({
    "file:/no/such/corral.conf, /no/such/corral.conf",
    "file:no-such.conf, no-such.conf",
    "classpath:no-such.conf, no-such.conf",
    "no-such.conf, no-such.conf",
    "jar:file:/no/such.jar!/corral.conf, /no/such.jar",
    "gopher://corral, neither a Redis"
  })
  void load_missingFile_isNamed(String uri, String named) {
    assertThatThrownBy(() -> load(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @Test
  void load_unknownSetting_namesFileLineAndSuggestion() throws IOException {
    file("shop.conf", "redis {\n  uri = \"redis://a\"\n  time-out = 2s\n}\n");
    assertThatThrownBy(() -> load("shop.conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("shop.conf: 3", "redis.time-out", "did you mean redis.timeout?");
  }

  @Test
  void load_unknownBlock_listsTheKnownNames() throws IOException {
    file("shop.conf", "\"com.example.unrelated-thing\" = 1");
    assertThatThrownBy(() -> load("shop.conf"))
        .hasMessageContainingAll(
            "shop.conf: 1", "com.example.unrelated-thing", "the known names are redis.uri");
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

package dev.corral.jcache.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The hints for native images in the drop-in jar: what they name exists. No native image is built;
 * docs/modules.md says so.
 */
class NativeImageMetadataIT {

  private static final String FOLDER = "META-INF/native-image/dev.corral/";
  private static final String METADATA = "reachability-metadata.json";

  /** A file that applications may have. */
  private static final String OF_THE_APPLICATION = "corral.conf";

  /** JDK 17 does not have it. Members of other classes of the JDK are not checked either. */
  private static final List<String> OF_SOME_JDKS = List.of("java.lang.Thread$Builder");

  @ParameterizedTest
  @ValueSource(strings = {"corral-jcache/", "corral-jcache-libraries/"})
  void types_andTheirMembers_exist(String part) throws Exception {
    JsonNode reflection = json(FOLDER + part + METADATA).get("reflection");

    assertThat(reflection.size()).isGreaterThan(20);
    for (JsonNode each : reflection) {
      String name = each.get("type").asText();
      if (each.has("condition") && !name.startsWith("dev.corral.")) {
        assertThat(name).isEqualTo(each.get("condition").elements().next().asText());
      } else if (!OF_SOME_JDKS.contains(name)) {
        Class<?> type = Class.forName(name, false, getClass().getClassLoader());
        if (!name.matches("(dev\\.corral|java\\.util)\\..*")) {
          continue;
        }
        for (JsonNode field : each.path("fields")) {
          assertThat(type.getDeclaredFields())
              .as(name)
              .anyMatch(it -> it.getName().equals(field.get("name").asText()));
        }
        for (JsonNode method : each.path("methods")) {
          assertThat(signatures(type)).as(name).contains(signature(method));
        }
      }
    }
  }

  @Test
  void resources_ofTheJar_areThoseOfThePatterns() throws Exception {
    List<String> patterns = new ArrayList<>();
    json(FOLDER + "corral-jcache/" + METADATA)
        .get("resources")
        .forEach(it -> patterns.add(it.get("glob").asText()));
    patterns.remove(OF_THE_APPLICATION);
    try (JarFile jar = dropInJar()) {
      List<String> resources =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(it -> it.matches("dev/corral/jcache/(?!shaded/).*\\.(?!class$)[a-z]+"))
              .toList();

      assertThat(resources).hasSizeGreaterThan(10);
      assertThat(resources).allMatch(it -> patterns.stream().anyMatch(glob -> fits(it, glob)));
      assertThat(patterns).allMatch(glob -> resources.stream().anyMatch(it -> fits(it, glob)));
    }
  }

  @Test
  void arguments_namedClasses_exist() throws Exception {
    Properties properties = new Properties();
    try (var in = stream(FOLDER + "corral-jcache-libraries/native-image.properties")) {
      properties.load(in);
    }
    List<String> arguments = List.of(properties.getProperty("Args").split("\\s+"));

    assertThat(arguments).hasSizeGreaterThan(20);
    for (String argument : arguments) {
      assertThat(argument).startsWith("--initialize-at-");
      String name = argument.substring(argument.indexOf('=') + 1);
      assertThat(stream(name.replace('.', '/') + ".class")).as(name).isNotNull();
    }
  }

  private static boolean fits(String name, String glob) {
    return FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(name));
  }

  private static List<String> signatures(Class<?> type) {
    return Stream.concat(
            Arrays.stream(type.getDeclaredConstructors())
                .map(it -> text("<init>", it.getParameterTypes())),
            Arrays.stream(type.getDeclaredMethods())
                .map(it -> text(it.getName(), it.getParameterTypes())))
        .toList();
  }

  private static String text(String name, Class<?>... parameters) {
    return name + Arrays.stream(parameters).map(Class::getTypeName).toList();
  }

  private static String signature(JsonNode method) {
    List<String> parameters = new ArrayList<>();
    method.get("parameterTypes").forEach(it -> parameters.add(it.asText()));
    return method.get("name").asText() + parameters;
  }

  private static JsonNode json(String resource) throws IOException {
    try (var in = stream(resource)) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static java.io.InputStream stream(String resource) {
    return ClassLoader.getSystemResourceAsStream(resource);
  }

  private static JarFile dropInJar() throws IOException {
    URL url = ClassLoader.getSystemResource(FOLDER + "corral-jcache/" + METADATA);
    var connection = (JarURLConnection) url.openConnection();
    connection.setUseCaches(false);
    return connection.getJarFile();
  }
}

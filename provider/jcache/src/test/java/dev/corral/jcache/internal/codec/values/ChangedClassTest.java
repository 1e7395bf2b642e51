package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of a class that has another version in another JVM. */
class ChangedClassTest {

  private static final String BEAN =
      "public class Stored { public String first; public String second; }";

  @TempDir private Path directory;
  private int versions;

  /** A class table that publishes at once. */
  private static final class Table implements ClassCodes {

    private final Map<Long, String> names = new ConcurrentHashMap<>();

    @Override
    public boolean publish(long code, String className) {
      names.put(code, className);
      return true;
    }

    @Override
    public @Nullable String nameOf(long code) {
      return names.get(code);
    }
  }

  private static KryoValueCodec codec(ClassLoader loader, ClassCodes codes) {
    return new KryoValueCodec(loader, AllowList.of(List.of("Stored*")), codes);
  }

  /** A class loader with a class that is compiled from this source. */
  private ClassLoader version(String source) throws IOException {
    Path folder = Files.createDirectory(directory.resolve("v" + ++versions));
    Path file = Files.writeString(folder.resolve("Stored.java"), source);
    int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, file.toString());
    assertThat(result).isZero();
    return loader(folder);
  }

  private ClassLoader loader(Path folder) throws MalformedURLException {
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  private static Object bean(ClassLoader loader) throws ReflectiveOperationException {
    Object bean = loader.loadClass("Stored").getConstructor().newInstance();
    bean.getClass().getField("first").set(bean, "a");
    bean.getClass().getField("second").set(bean, "b");
    return bean;
  }

  @Test
  void decode_sameFields_isTheValue() throws Exception {
    ClassLoader here = version(BEAN);
    ClassLoader there = version(BEAN + " // compiled elsewhere");
    for (ClassCodes codes : List.of(ClassCodes.NONE, new Table())) {
      byte[] bytes = codec(here, codes).encode(bean(here));
      Object read = codec(there, codes).decode(bytes, 0);
      assertThat(read.getClass().getField("second").get(read)).isEqualTo("b");
    }
  }

  @Test
  void decode_otherFieldsOfTheSameTypes_isUndecodable() throws Exception {
    ClassLoader here = version(BEAN);
    for (String changed :
        List.of(
            "public class Stored { public String first; public String third; }",
            "public class Stored { public String first; public String second; public int n; }",
            "public class Stored { public String first; public Object second; }",
            "public record Stored(String first, String second) {}")) {
      ClassLoader there = version(changed);
      for (ClassCodes codes : List.of(ClassCodes.NONE, new Table())) {
        byte[] bytes = codec(here, codes).encode(bean(here));
        assertThatThrownBy(() -> codec(there, codes).decode(bytes, 0))
            .isInstanceOf(UndecodableValueException.class)
            .hasMessageContaining(
                "the fields of class Stored differ from those of the stored value");
      }
    }
  }

  @Test
  void decode_componentsOfARecordAreSwapped_isUndecodable() throws Exception {
    ClassLoader here = version("public record Stored(String first, String second) {}");
    ClassLoader there = version("public record Stored(String second, String first) {}");
    Constructor<?> constructor =
        here.loadClass("Stored").getConstructor(String.class, String.class);
    byte[] bytes = codec(here, ClassCodes.NONE).encode(constructor.newInstance("a", "b"));
    assertThatThrownBy(() -> codec(there, ClassCodes.NONE).decode(bytes, 0))
        .isInstanceOf(UndecodableValueException.class);
  }

  @Test
  void decode_codeIsNotInTheTable_isUndecodable() throws Exception {
    ClassLoader here = version(BEAN);
    byte[] bytes = codec(here, new Table()).encode(bean(here));
    assertThatThrownBy(() -> codec(here, new Table()).decode(bytes, 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("table");
  }

  @Test
  void decode_tableCannotBeRead_isAnOutage() throws Exception {
    ClassLoader here = version(BEAN);
    byte[] bytes = codec(here, new Table()).encode(bean(here));
    ClassCodes unavailable =
        new ClassCodes() {
          @Override
          public boolean publish(long code, String className) {
            return false;
          }

          @Override
          public @Nullable String nameOf(long code) {
            throw new RedisUnavailableException("Redis is unavailable", null);
          }
        };
    assertThatThrownBy(() -> codec(here, unavailable).decode(bytes, 0))
        .isInstanceOf(RedisUnavailableException.class);
    assertThat(codec(here, unavailable).decode(codec(here, unavailable).encode(bean(here)), 0))
        .isNotNull();
  }

  @Test
  void decode_codeOfAClassThatIsNotAllowed_isUndecodable() throws Exception {
    ClassLoader here = version(BEAN);
    Table table = new Table();
    byte[] bytes = codec(here, table).encode(bean(here));
    KryoValueCodec strict = new KryoValueCodec(here, AllowList.of(List.of()), table);
    assertThatThrownBy(() -> strict.decode(bytes, 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("Stored");
  }

  @Test
  void encode_publishedClass_hasNoClassName() throws Exception {
    ClassLoader here = version(BEAN);
    byte[] named = codec(here, ClassCodes.NONE).encode(bean(here));
    byte[] coded = codec(here, new Table()).encode(bean(here));
    assertThat(named.length - coded.length).isEqualTo("Stored".length());
  }
}

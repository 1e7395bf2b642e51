package dev.corral.jcache.internal.codec.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.codec.values.AllowList;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import javax.cache.CacheException;
import kotlin.Pair;
import kotlin.Triple;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Data classes that Kotlin's compiler made; their source is {@code kotlin/Keys.kt}. */
@NullUnmarked
class KotlinDataFormTest {

  private static final String PACKAGE = "dev.corral.test.kotlin.";

  private final URLClassLoader loader =
      new URLClassLoader(
          new URL[] {getClass().getResource("/kotlin/keys.jar")}, getClass().getClassLoader());
  private final KeyCodecs codecs =
      new KeyCodecs(List.of(), AllowList.of(List.of(PACKAGE + "*")), loader);

  @AfterEach
  void close() throws Exception {
    loader.close();
  }

  private Object create(String type, Object... arguments) throws Exception {
    for (Constructor<?> each : loader.loadClass(PACKAGE + type).getDeclaredConstructors()) {
      if (each.getParameterCount() == arguments.length && !each.isSynthetic()) {
        each.setAccessible(true);
        return each.newInstance(arguments);
      }
    }
    throw new IllegalArgumentException(type);
  }

  private void assertText(Object key, String text) {
    assertThat(codecs.encode(key)).isEqualTo(text);
    assertThat(codecs.decode(text)).isEqualTo(key).hasSameClassAs(key);
  }

  @Test
  void encode_dataClass_hasItsProperties() throws Exception {
    Object user = create("UserKey", "acme", 3, null);

    assertText(user, "#data:dev.corral.test.kotlin.UserKey(acme,#int:3,#null)");
    assertText(
        create("Outer", user, List.of("a"), 0.5),
        "#data:dev.corral.test.kotlin.Outer("
            + "#data:dev.corral.test.kotlin.UserKey(acme,#int:3,#null),#list:(a),#double:0.5)");
    assertText(create("WithId", 7L, 1), "#data:dev.corral.test.kotlin.WithId(7,#int:1)");
    assertText(
        create("Generic", "x", true), "#data:dev.corral.test.kotlin.Generic(x,#boolean:true)");
    assertText(create("Child", 5), "#data:dev.corral.test.kotlin.Child(#int:5)");
  }

  /** A property outside of the constructor is not compared, so it is not part of the key. */
  @Test
  void encode_propertyOutsideOfTheConstructor_isNotWritten() throws Exception {
    Object key = create("Body", "a");
    key.getClass().getMethod("setNote", String.class).invoke(key, "note");

    assertText(key, "#data:dev.corral.test.kotlin.Body(a)");
  }

  @Test
  void encode_otherClassOfKotlin_isRefused() throws Exception {
    for (String type : List.of("CaseBlind", "Plain")) {
      Object key = create(type, "a");
      assertThatThrownBy(() -> codecs.encode(key))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(type);
      assertThatThrownBy(() -> codecs.decode("#data:" + PACKAGE + type + "(a)"))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("no data class");
    }
  }

  @Test
  void encode_pairOrTriple_needsNoPattern() {
    KeyCodecs strict = new KeyCodecs(List.of(), AllowList.of(List.of()), loader);
    Object pair = new Pair<>("a", 1L);
    Object triple = new Triple<>(pair, null, 2);

    assertThat(strict.encode(pair)).isEqualTo("#data:kotlin.Pair(a,1)");
    assertThat(strict.decode("#data:kotlin.Pair(a,1)")).isEqualTo(pair);
    assertThat(strict.decode(strict.encode(triple))).isEqualTo(triple);
  }

  @Test
  void decode_classThatIsNotAllowed_isRefused() throws Exception {
    KeyCodecs strict = new KeyCodecs(List.of(), AllowList.of(List.of()), loader);
    String text = codecs.encode(create("UserKey", "acme", 3, "eu"));

    assertThatThrownBy(() -> strict.decode(text))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("allowed-classes");
  }

  @Test
  void decode_malformedText_isRefused() {
    for (String text :
        List.of(
            "#data:",
            "#data:kotlin.Pair",
            "#data:kotlin.Pair(a)",
            "#data:kotlin.Pair(a,b,c)",
            "#data:dev.corral.test.kotlin.UserKey(a,1,b)",
            "#data:dev.corral.test.kotlin.UserKey(#null,#int:1,b)",
            "#data:dev.corral.test.kotlin.NoSuch(a)")) {
      assertThatThrownBy(() -> codecs.decode(text)).as(text).isInstanceOf(CacheException.class);
    }
  }
}

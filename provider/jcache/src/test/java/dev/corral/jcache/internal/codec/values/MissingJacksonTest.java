package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.ValueOptions;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

/** Caches of applications without Jackson, or without one of its modules. */
class MissingJacksonTest {

  record Event(Instant time, Optional<String> text) {}

  /** Runs in a class loader without Jackson. */
  public static final class WithoutJackson implements java.util.concurrent.Callable<String> {

    @Override
    @SuppressWarnings("NullAway") // the message is not null
    public String call() {
      for (String codec : List.of("kryo", "java")) {
        ValueFormat format = formats().create(ValueOptions.DEFAULTS.withCodec(codec), List.class);
        if (!format.decode(format.encode(List.of(1)), 0).equals(List.of(1))) {
          return codec;
        }
      }
      try {
        return formats().create(ValueOptions.DEFAULTS.withCodec("json"), List.class).toString();
      } catch (CacheException e) {
        return e.getMessage();
      }
    }
  }

  private static ValueFormats formats() {
    return new ValueFormats(
        "events",
        "shop:",
        MissingJacksonTest.class.getClassLoader(),
        AllowList.of(List.of(Event.class.getName())),
        ClassCodes.NONE,
        1 << 20,
        Integer.MAX_VALUE);
  }

  private static URLClassLoader without(Predicate<String> missing) {
    URL[] jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(it -> !it.isEmpty() && missing.negate().test(it))
            .map(
                it -> {
                  try {
                    return new File(it).toURI().toURL();
                  } catch (java.net.MalformedURLException e) {
                    throw new AssertionError(e);
                  }
                })
            .toArray(URL[]::new);
    return new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
  }

  @Test
  void create_withoutJackson_failsForJsonAloneAndNamesTheDependency() throws Exception {
    try (URLClassLoader loader = without(it -> it.contains("jackson"))) {
      Object check =
          loader.loadClass(WithoutJackson.class.getName()).getConstructor().newInstance();
      assertThat(((java.util.concurrent.Callable<?>) check).call())
          .isEqualTo(
              "Cache 'events': the value codec json needs Jackson 2.15 or later, which the class"
                  + " loader of Corral does not find: add com.fasterxml.jackson.core:"
                  + "jackson-databind to the application");
    }
  }

  /** Jackson's own message names the module. */
  @Test
  @SuppressWarnings("NullAway") // one of two components
  void encode_withoutTheModuleOfAType_isRefusedAndNamesTheModule() {
    ClassLoader noModules =
        new ClassLoader(MissingJacksonTest.class.getClassLoader()) {
          @Override
          public java.util.Enumeration<URL> getResources(String name) {
            return java.util.Collections.emptyEnumeration();
          }
        };
    ValueFormat format =
        new ValueFormats(
                "events",
                "shop:",
                noModules,
                AllowList.of(List.of(Event.class.getName())),
                ClassCodes.NONE,
                1 << 20,
                Integer.MAX_VALUE)
            .create(ValueOptions.DEFAULTS.withCodec("json"), Event.class);
    assertThatThrownBy(() -> format.encode(new Event(null, Optional.of("x"))))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("jackson-datatype-jdk8");
    assertThatThrownBy(() -> format.encode(new Event(Instant.EPOCH, null)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("jackson-datatype-jsr310");
  }
}

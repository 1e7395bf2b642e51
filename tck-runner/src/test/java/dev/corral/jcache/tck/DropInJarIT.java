package dev.corral.jcache.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.EncryptionKeys;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contents of the drop-in jar, on the class path as in an application. */
class DropInJarIT {

  private static final String SERVICE = "META-INF/services/javax.cache.spi.CachingProvider";
  private static final String ROOT = "dev/corral/jcache/";
  private static final String SHADED = ROOT + "shaded/";

  /** Corral's classes and scripts. */
  private static final Pattern OWN =
      Pattern.compile(ROOT + "(?!shaded/)([a-z]+/)*[A-Za-z0-9$_-]+\\.(class|lua|conf)");

  /** The folders of the libraries in the jar, and how the notice names them. */
  private static final Map<String, String> LIBRARIES =
      Map.ofEntries(
          Map.entry("org/redisson/", "Redisson"),
          Map.entry("io/netty/", "Netty"),
          Map.entry("org/yaml/snakeyaml/", "SnakeYAML"),
          Map.entry("com/typesafe/config/", "Typesafe Config"),
          Map.entry("dev/failsafe/", "Failsafe"),
          Map.entry("com/github/benmanes/caffeine/", "Caffeine"),
          Map.entry("com/esotericsoftware/kryo/kryo5/", "Kryo"),
          Map.entry("com/esotericsoftware/kryo/kryo5/asm/", "ASM"),
          Map.entry("com/esotericsoftware/kryo/kryo5/objenesis/", "Objenesis"));

  private static final long LARGEST = 9L << 20;

  @Test
  void provider_onTheClassPath_isOnlyCorral() throws IOException {
    List<URL> services = Collections.list(ClassLoader.getSystemResources(SERVICE));

    assertThat(services).singleElement().extracting(URL::getProtocol).isEqualTo("jar");
    try (JarFile jar = dropInJar()) {
      assertThat(text(jar, SERVICE).lines())
          .containsExactly("dev.corral.jcache.spi.CorralCachingProvider");
    }
  }

  @Test
  void entries_ofTheJar_areOnlyThoseOfCorral() throws IOException {
    try (JarFile jar = dropInJar()) {
      assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
          .filteredOn(name -> !name.startsWith(ROOT))
          .containsExactlyInAnyOrder(
              "META-INF/MANIFEST.MF",
              "META-INF/LICENSE",
              "META-INF/NOTICE",
              "META-INF/licenses/asm-LICENSE.txt",
              "META-INF/licenses/kryo-LICENSE.md",
              "META-INF/licenses/slf4j-LICENSE.txt",
              "META-INF/maven/dev.corral/corral-jcache/pom.xml",
              "META-INF/maven/dev.corral/corral-jcache/pom.properties",
              "META-INF/native-image/dev.corral/corral-jcache/reachability-metadata.json",
              "META-INF/native-image/dev.corral/corral-jcache-libraries/native-image.properties",
              "META-INF/native-image/dev.corral/corral-jcache-libraries/reachability-metadata.json",
              "module-info.class",
              SERVICE);
    }
  }

  @Test
  void libraries_inTheJar_areRelocated() throws IOException {
    try (JarFile jar = dropInJar()) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains(
              SHADED + "org/redisson/Redisson.class",
              SHADED + "org/redisson/jcache/JCacheEventCodec.class",
              SHADED + "io/netty/channel/Channel.class",
              SHADED + "org/yaml/snakeyaml/Yaml.class",
              SHADED + "com/esotericsoftware/kryo/kryo5/Kryo.class",
              SHADED + "com/typesafe/config/Config.class",
              SHADED + "dev/failsafe/CircuitBreaker.class")
          .doesNotContain(
              SHADED + "org/redisson/jcache/JCachingProvider.class",
              SHADED + "org/redisson/RedissonReactive.class",
              SHADED + "org/redisson/rx/RedissonMapRx.class");
    }
  }

  /** Whatever is below the root is Corral's own package, or a library that the notice names. */
  @Test
  void packages_ofTheJar_areCorralsOwnOrInTheNotice() throws IOException {
    try (JarFile jar = dropInJar()) {
      String notice = text(jar, "META-INF/NOTICE");
      assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
          .filteredOn(name -> name.startsWith(ROOT))
          .filteredOn(name -> !OWN.matcher(name).matches())
          .allSatisfy(
              name ->
                  assertThat(LIBRARIES.keySet())
                      .as(name)
                      .anyMatch(library -> name.startsWith(SHADED + library)));
      LIBRARIES.forEach(
          (folder, name) -> {
            assertThat(jar.stream().map(ZipEntry::getName))
                .as(folder)
                .anyMatch(entry -> entry.startsWith(SHADED + folder));
            assertThat(notice).contains("- " + name);
          });
    }
  }

  @Test
  void licenses_thatTheNoticeNames_areInTheJar() throws IOException {
    try (JarFile jar = dropInJar()) {
      assertThat(text(jar, "META-INF/LICENSE")).contains("Apache License", "Version 2.0");
      List<String> named =
          Pattern.compile("META-INF/[A-Za-z0-9./-]+[A-Za-z]")
              .matcher(text(jar, "META-INF/NOTICE"))
              .results()
              .map(MatchResult::group)
              .toList();
      assertThat(named).hasSizeGreaterThan(3);
      for (String license : named) {
        assertThat(text(jar, license)).as(license).hasSizeGreaterThan(500);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.redisson.Redisson",
        "io.netty.channel.Channel",
        "org.yaml.snakeyaml.Yaml",
        "com.esotericsoftware.kryo.kryo5.Kryo",
        "com.typesafe.config.Config",
        "dev.failsafe.CircuitBreaker",
        "com.github.benmanes.caffeine.cache.Caffeine"
      })
  void libraries_withTheirOwnName_areNotOnTheClassPath(String name) {
    assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
  }

  /** The jar has only those classes of Caffeine that a near cache with either bound needs. */
  @Test
  void nearCache_eitherBound_works() {
    for (NearCacheOptions options :
        List.of(NearCacheOptions.ofEntries(10), NearCacheOptions.ofBytes(10_000))) {
      try (CacheManager manager = Caching.getCachingProvider().getCacheManager()) {
        Cache<Integer, String> cache =
            manager.createCache(
                "near",
                CorralConfiguration.builder(Integer.class, String.class)
                    .nearCache(options)
                    .build());
        for (int i = 0; i < 1_000; i++) {
          cache.put(i, "value");
          assertThat(cache.get(i)).isEqualTo("value");
        }
        assertThat(cache.unwrap(CorralCache.class).nearCacheStatistics().entries())
            .isBetween(1L, 100L);
        manager.destroyCache("near");
      }
    }
  }

  record Order(long id, List<String> lines) implements java.io.Serializable {}

  /** The jar has no Jackson, and uses the application's under its own name. */
  @Test
  void valueCodecs_withTheJacksonOfTheApplication_work() throws IOException {
    try (JarFile jar = dropInJar()) {
      assertThat(jar.stream().map(ZipEntry::getName)).noneMatch(it -> it.contains("jackson"));
    }
    byte[] key = new byte[EncryptionKeys.KEY_BYTES];
    for (ValueOptions options :
        List.of(
            ValueOptions.DEFAULTS.withCodec("json"),
            ValueOptions.DEFAULTS.withCodec("java"),
            ValueOptions.DEFAULTS
                .withCodec("json")
                .withEncryption(() -> EncryptionKeys.of("k", key)))) {
      try (CacheManager manager = Caching.getCachingProvider().getCacheManager()) {
        Cache<Integer, Order> cache =
            manager.createCache(
                "codecs",
                CorralConfiguration.builder(Integer.class, Order.class).values(options).build());
        Order order = new Order(7, List.of("a", "b"));
        cache.put(1, order);
        assertThat(cache.get(1)).isEqualTo(order);
        assertThat(cache.replace(1, order, new Order(8, List.of()))).isTrue();
        assertThat(cache.get(1)).isEqualTo(new Order(8, List.of()));
        manager.destroyCache("codecs");
      }
    }
  }

  @Test
  void nettyInTheJar_leakDetection_isDisabled() throws ReflectiveOperationException {
    try (CacheManager manager = Caching.getCachingProvider().getCacheManager()) {
      manager.createCache("connected", new MutableConfiguration<>());
      manager.destroyCache("connected");
      Class<?> detector =
          Class.forName("dev.corral.jcache.shaded.io.netty.util.ResourceLeakDetector");
      assertThat(detector.getMethod("getLevel").invoke(null)).hasToString("DISABLED");
    }
  }

  @Test
  void jar_isSmall_andIsAModule() throws IOException {
    try (JarFile jar = dropInJar()) {
      Path file = Path.of(jar.getName());

      assertThat(Files.size(file)).isLessThan(LARGEST);
      assertThat(ModuleFinder.of(file).findAll())
          .singleElement()
          .extracting(ModuleReference::descriptor)
          .returns("dev.corral.jcache", ModuleDescriptor::name)
          .returns(false, ModuleDescriptor::isAutomatic);
    }
  }

  private static JarFile dropInJar() throws IOException {
    var connection = (JarURLConnection) ClassLoader.getSystemResource(SERVICE).openConnection();
    connection.setUseCaches(false);
    return connection.getJarFile();
  }

  private static String text(JarFile jar, String entry) throws IOException {
    try (var content = jar.getInputStream(jar.getEntry(entry))) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

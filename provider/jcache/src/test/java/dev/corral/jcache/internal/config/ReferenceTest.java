package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.codec.values.KryoValueCodec;
import dev.corral.jcache.internal.redis.settings.ClientOptions;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The defaults in {@code reference.conf} are those of the options in code, which also exist. */
class ReferenceTest {

  private static final Set<String> ONLY_IN_FILES = Set.of("template", "max-decoded-size");

  @Test
  void reference_everySetting_hasATypeAndAMeaning() {
    for (Map<String, Reference.Setting> settings :
        List.of(Reference.OF_MANAGER, Reference.OF_CACHE)) {
      assertThat(settings.values())
          .allSatisfy(
              it -> {
                assertThat(it.type()).as(it.name()).isNotEmpty();
                assertThat(it.meaning()).as(it.name()).isNotEmpty().doesNotContain("|");
              });
    }
  }

  @Test
  void reference_defaultsOfCaches_areThoseOfTheCode() {
    var code =
        CorralConfiguration.builder(Object.class, Object.class)
            .loading(LoadOptions.DEFAULTS)
            .outage(OutageOptions.DEFAULTS)
            .build();
    Map<String, String> ofCode = new TreeMap<>();
    Map<String, String> ofReference = new TreeMap<>();
    Reference.OF_CACHE.forEach(
        (name, setting) -> {
          if (!ONLY_IN_FILES.contains(name)) {
            ofCode.put(name, CodeValues.of(name, code));
            ofReference.put(name, setting.value().text());
          }
        });

    assertThat(ofReference).isEqualTo(ofCode);
  }

  @Test
  void resolve_nothingConfigured_isWhatTheCodeHasByDefault() {
    Settings settings =
        new SettingsResolver(new Properties(), Map.of())
            .resolve(
                SettingsResolver.DEFAULT_URI,
                true,
                ClassLoader.getPlatformClassLoader(),
                new Properties());
    var code = CorralConfiguration.builder(Object.class, Object.class).build();
    var cache = settings.caches().resolve("any", code, getClass().getClassLoader());

    assertThat(cache.configuration()).isEqualTo(code);
    assertThat(cache.maxDecodedBytes()).isEqualTo(KryoValueCodec.DEFAULT_MAX_DECODED_BYTES);
    assertThat(settings.redis().client()).isEqualTo(ClientOptions.DEFAULTS);
    assertThat(settings.caches().declaredCaches()).isEmpty();
    assertThat(cache.effective().apply(cache.configuration()))
        .allSatisfy(it -> assertThat(it.source()).isEqualTo("default"));
  }

  @Test
  void codeValues_optionsSetInCode_areWrittenAsInAFile() {
    var code =
        CorralConfiguration.builder(Long.class, String.class)
            .standard(
                it ->
                    it.setExpiryPolicyFactory(
                        javax.cache.expiry.CreatedExpiryPolicy.factoryOf(
                            javax.cache.expiry.Duration.TEN_MINUTES)))
            .symmetricJitter(0.125)
            .compressAbove(4096)
            .buckets(8)
            .writeBehind(WriteBehindOptions.DEFAULTS)
            .nearCache(NearCacheOptions.ofBytes(3 << 20))
            .build();

    assertThat(CodeValues.of("time-to-live", code)).isEqualTo("10m");
    assertThat(CodeValues.of("expiry.update", code)).isEqualTo("unchanged");
    assertThat(CodeValues.of("jitter", code)).isEqualTo("12.5%");
    assertThat(CodeValues.of("compress-above", code)).isEqualTo("4 KiB");
    assertThat(CodeValues.of("buckets", code)).isEqualTo("8");
    assertThat(CodeValues.of("write-behind.enabled", code)).isEqualTo("true");
    assertThat(CodeValues.of("near-cache.max-bytes", code)).isEqualTo("3 MiB");
    assertThat(CodeValues.of("key-type", code)).isEqualTo("java.lang.Long");
  }
}

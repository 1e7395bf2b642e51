package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralConfiguration;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users get wrong in the settings of caches: the message has file, line, path and remedy. */
final class SettingMistakesTest {

  @TempDir private Path directory;

  private CorralConfiguration<Object, Object> users(String file) throws IOException {
    Path path = Files.writeString(directory.resolve("shop.conf"), file);
    return new SettingsResolver(new Properties(), Map.of())
        .resolve(
            URI.create(path.toUri().toString()),
            false,
            getClass().getClassLoader(),
            new Properties())
        .caches()
        .resolve(
            "users",
            CorralConfiguration.builder(Object.class, Object.class).build(),
            getClass().getClassLoader())
        .configuration();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ttl = 10m | unknown setting caches.users.ttl; did you mean caches.users.time-to-live?",
        "time-to-live = 10 | caches.users.time-to-live must be a duration with its unit",
        "time-to-live = 10 parsecs | not \"10 parsecs\"",
        "jitter = 20 | caches.users.jitter must be a part from 0% to 100%, such as 20%, not 20",
        "jitter = 120% | not \"120%\"",
        "buckets = 0 | caches.users.buckets: buckets must be from 1 to 16384",
        "buckets = many | must be a whole number, or auto, not \"many\"",
        "statistics = 1 | must be true or false, not 1",
        "near-cache = true | near-cache is a block with the settings near-cache.max-entries",
        "time-to-live { x = 1 } | unknown setting caches.users.time-to-live.x",
        "loading.early-refresh = 2000 | caches.users.loading.early-refresh: earlyRefresh must be",
        "write-behind { backoff = 2m } | caches.users.write-behind.backoff: write-behind:",
        "near-cache { max-entries = 1, max-bytes = 1 } | either maxEntries or maxBytes",
        "near-cache { max-entries = 1, max-staleness = 1m } | 50 ms to 10 s",
        "compress-above = small | must be a size, such as 4 KiB, or none",
        "max-decoded-size = -1 | must be a size",
        "outage.processors = some | one of none, compute-if-absent, all",
        "allowed-classes = [[1]] | must be a list of texts",
        "template = hott | must be the name of a template: hibernate, hibernate-timestamps, hot",
        "loader = com.shop.NoLoader | names the class com.shop.NoLoader, which the class loader",
        "loader = java.lang.String | must be a class that implements javax.cache.integration",
        "key-type = Lon | caches.users.key-type names the class Lon",
        "listeners = [{ classs = x }] | caches.users.listeners.classs must be absent",
        "listeners = [{ synchronous = true }] | must be a block with a class",
        "key-codecs = [5] | must be the name of a class"
      })
  void resolve_mistake_namesFileLinePathAndRemedy(String setting, String message) {
    String file = "templates.hot {}\ncaches {\n  users {\n    " + setting + "\n  }\n}\n";
    assertThatThrownBy(() -> users(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("shop.conf: 4: ", message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "caches.users = 5 | shop.conf: 1: caches.users must be a block of settings in braces",
        "redis = 5 | shop.conf: 1: redis must be a block of settings in braces",
        "templates.hot { ttl = 1s } | templates.hot.ttl; did you mean templates.hot.time-to-live?",
        "templates.hot { jitter = 2 } | shop.conf: 1: templates.hot.jitter must be a part",
        "caches.\"com.*\" { jitter = 2 } | shop.conf: 1: caches.com.*.jitter must be a part",
        "templates { a.template = b, b.template = a } | a template that does not include itself",
        "caches { users { } , x { template = t } } | name of a template: hibernate,"
            + " hibernate-timestamps, not \"t\"",
        "users { time-to-live = 1s } | did you mean caches.users.time-to-live?"
      })
  void resolve_mistakeInAnyBlock_isFoundWhenTheManagerIsCreated(String file, String message) {
    assertThatThrownBy(() -> users(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void resolve_severalMistakes_namesTheFirstLine() {
    assertThatThrownBy(() -> users("\ncaches.a.x1 = 1\ncaches.b.x2 = 1\ncaches.c.x3 = 1"))
        .hasMessageContaining("shop.conf: 2: unknown setting caches.a.x1");
  }

  /** A listener that settings name. */
  public static final class Listener implements CacheEntryCreatedListener<Object, Object> {

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Object, ? extends Object>> events) {
      // counts nothing
    }
  }

  /** A filter that settings name. */
  public static final class Filter implements CacheEntryEventFilter<Object, Object> {

    @Override
    public boolean evaluate(CacheEntryEvent<? extends Object, ? extends Object> event) {
      return true;
    }
  }

  @Test
  void listeners_classOrBlock_areConfigured() throws IOException {
    String listener = Listener.class.getName();
    var users =
        users(
            """
            defaults.listeners = ["%s"]
            caches.users.listeners = [
              { class = "%s", filter = "%s", synchronous = true, old-value = true }
            ]
            """
                .formatted(listener, listener, Filter.class.getName()));
    List<CacheEntryListenerConfiguration<Object, Object>> all = new java.util.ArrayList<>();
    users.getCacheEntryListenerConfigurations().forEach(all::add);
    assertThat(all)
        .hasSize(2)
        .allSatisfy(
            it ->
                assertThat(it.getCacheEntryListenerFactory().create())
                    .isInstanceOf(Listener.class));
    assertThat(all)
        .filteredOn(it -> it.isSynchronous())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.isOldValueRequired()).isTrue();
              assertThat(it.getCacheEntryEventFilterFactory().create()).isInstanceOf(Filter.class);
            });
  }
}

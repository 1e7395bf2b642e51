package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.codec.ValueCodec;
import dev.corral.spring.CorralCacheCustomizer;
import dev.corral.spring.ForCache;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.cache.Cache.Entry;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Beans that single caches use. */
final class CacheBeansIT {

  private static final String[] DECLARED = {
    "corral.caches.users.statistics=true", "corral.caches.texts.statistics=true"
  };

  /** A key without a text of its own. */
  static final class Isbn {
    private final String number;

    Isbn(String number) {
      this.number = number;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Isbn that && number.equals(that.number);
    }

    @Override
    public int hashCode() {
      return Objects.hash(number);
    }
  }

  @Configuration
  static class Beans {

    final Map<Object, Object> database = new ConcurrentHashMap<>(Map.of("ada", "Ada"));
    final List<Object> created = new CopyOnWriteArrayList<>();

    @Bean
    @ForCache("users")
    CacheLoader<Object, Object> userLoader() {
      return new CacheLoader<>() {
        @Override
        @SuppressWarnings("NullAway") // null is allowed by the specification
        public Object load(Object key) {
          return database.get(key);
        }

        @Override
        public Map<Object, Object> loadAll(Iterable<?> keys) {
          throw new UnsupportedOperationException();
        }
      };
    }

    @Bean
    @ForCache("users")
    CacheWriter<Object, Object> userWriter() {
      return new CacheWriter<>() {
        @Override
        public void write(Entry<?, ?> entry) {
          database.put(entry.getKey(), entry.getValue());
        }

        @Override
        public void writeAll(java.util.Collection<Entry<?, ?>> entries) {
          entries.forEach(this::write);
        }

        @Override
        public void delete(Object key) {
          database.remove(key);
        }

        @Override
        public void deleteAll(java.util.Collection<?> keys) {
          keys.forEach(database::remove);
        }
      };
    }

    @Bean
    @ForCache({"users", "texts"})
    CacheEntryListener<Object, Object> listener() {
      CacheEntryCreatedListener<Object, Object> listener =
          events -> events.forEach(it -> created.add(it.getKey()));
      return listener;
    }

    @Bean
    @ForCache("t*")
    ExpiryPolicy textExpiry() {
      return new CreatedExpiryPolicy(Duration.ONE_HOUR);
    }

    @Bean
    @ForCache("texts")
    ValueCodec textCodec() {
      return new ValueCodec() {
        @Override
        public byte[] encode(Object value) {
          return ("<" + value + ">").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Object decode(byte[] bytes) {
          return new String(bytes, StandardCharsets.UTF_8);
        }
      };
    }

    @Bean
    KeyCodec<Isbn> isbnCodec() {
      return KeyCodec.ofFields(Isbn.class);
    }

    @Bean
    CorralCacheCustomizer jitter() {
      return (name, configuration) -> configuration.jitter(0.25);
    }
  }

  @Configuration
  static class TwoLoaders extends Beans {
    @Bean
    @ForCache("users")
    CacheLoader<Object, Object> otherLoader() {
      return userLoader();
    }
  }

  private static String settings(ApplicationContext context, String cache) {
    return ((CorralCache<?, ?>) cache(context, cache).getNativeCache())
        .effectiveSettings()
        .toString();
  }

  private static Cache cache(ApplicationContext context, String name) {
    return Objects.requireNonNull(context.getBean(CacheManager.class).getCache(name));
  }

  @Test
  void beans_forACache_areUsedByIt() {
    Applications.of(Beans.class, DECLARED)
        .run(
            context -> {
              Beans beans = context.getBean(Beans.class);
              Cache users = cache(context, "users");
              Cache texts = cache(context, "texts");

              assertThat(users.get("ada", String.class)).as("loader").isEqualTo("Ada");
              users.put("bob", "Bob");
              assertThat(beans.database).as("writer").containsEntry("bob", "Bob");
              await().untilAsserted(() -> assertThat(beans.created).contains("bob"));
              texts.put(new Isbn("42"), "text");
              assertThat(texts.get(new Isbn("42"), String.class)).as("codecs").isEqualTo("<text>");
              assertThat(settings(context, "texts"))
                  .contains("jitter = 25% (code)")
                  .contains("expiry.policy = dev.corral.spring.CacheBeans");
              assertThat(settings(context, "users")).contains("expiry.policy = none (default)");
            });
  }

  @Test
  void start_withTwoLoadersOfACache_failsAndNamesBoth() {
    Applications.of(TwoLoaders.class, DECLARED)
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .isInstanceOf(CorralStartException.class)
                    .hasMessageContaining("The cache 'users' has more than one CacheLoader bean")
                    .hasMessageContaining("otherLoader")
                    .hasMessageContaining("userLoader"));
  }

  @Test
  void start_withABeanForAnUnknownCache_failsAndNamesTheDeclaredOnes() {
    Applications.of(Beans.class, DECLARED[0])
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .isInstanceOf(CorralStartException.class)
                    .hasMessageContaining("for the cache 'texts', which is not declared")
                    .hasMessageContaining("Declared caches: users"));
  }
}

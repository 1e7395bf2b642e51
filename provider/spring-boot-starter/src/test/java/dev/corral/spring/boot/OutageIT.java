package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.spring.boot.Library.Book;
import dev.corral.spring.boot.Library.BurntException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/** Cached methods while Redis is down: none of them fails. */
final class OutageIT {

  private static final String[] SHORT = {"corral.redis.timeout=300ms"};

  @Test
  void methods_whileRedisIsDown_runAndDoNotFail() {
    try (OwnRedis redis = new OwnRedis()) {
      Applications.of(Library.Beans.class, SHORT)
          .withPropertyValues(redis.property())
          .run(
              context -> {
                Library library = context.getBean(Library.class);
                assertThat(library.plain("Emma")).isEqualTo(library.plain("Emma"));
                library.sync("Emma");
                library.future("Emma").join();
                int before = library.executions();

                redis.stop();
                for (int i = 0; i < 2; i++) {
                  assertThat(Objects.requireNonNull(library.plain("Emma")).edition())
                      .isGreaterThan(before);
                  assertThat(library.sync("Emma").edition()).isGreaterThan(before);
                  assertThat(library.unless("Emma").edition()).isGreaterThan(before);
                  assertThat(library.future("Emma").join().edition()).isGreaterThan(before);
                }
                library.put("Emma");
                library.evict("Emma");
                library.evictAll();
                assertThatThrownBy(() -> library.burnt("Emma")).isInstanceOf(BurntException.class);
                Cache cache =
                    Objects.requireNonNull(context.getBean(CacheManager.class).getCache("plain"));
                assertThat(cache.putIfAbsent("a", "b")).isNull();
                assertThat(cache.evictIfPresent("a")).isFalse();
                assertThat(cache.invalidate()).isFalse();
                assertThat(Objects.requireNonNull(cache.retrieve("a")).join()).isNull();

                redis.start();
                await()
                    .untilAsserted(
                        () -> assertThat(library.plain("Emma")).isEqualTo(library.plain("Emma")));
              });
    }
  }

  @Test
  void start_withoutRedis_succeedsAndMethodsRun() {
    OwnRedis redis = new OwnRedis();
    redis.close();
    Applications.of(Library.Beans.class, SHORT)
        .withPropertyValues(redis.property(), "corral.caches.plain.time-to-live=1m")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(Library.class).plain("Emma"))
                  .isEqualTo(new Book("Emma", 1));
            });
  }
}

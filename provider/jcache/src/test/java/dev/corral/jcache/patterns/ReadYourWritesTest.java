package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Test;

/** A thread that removed a key does not get the value of a load that began before the removal. */
class ReadYourWritesTest {

  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch removed = new CountDownLatch(1);
  private final AtomicInteger loads = new AtomicInteger();

  @Test
  void get_afterRemoveDuringALoad_loadsAgain() throws Exception {
    assertThat(afterRemovalBy(cache -> cache.remove("k"))).isEqualTo("load 2");
  }

  @Test
  void get_afterRemoveAllDuringALoad_loadsAgain() throws Exception {
    assertThat(afterRemovalBy(cache -> cache.removeAll(Set.of("k")))).isEqualTo("load 2");
  }

  private String afterRemovalBy(Consumer<Cache<String, String>> removal) throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache =
          redis.cache(
              "own",
              new MutableConfiguration<String, String>()
                  .setTypes(String.class, String.class)
                  .setReadThrough(true)
                  .setCacheLoaderFactory(NumberedLoader::new));
      CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> cache.get("k"));
      assertThat(loading.await(10, TimeUnit.SECONDS)).isTrue();
      removal.accept(cache);
      CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> cache.get("k"));
      Thread.sleep(200); // time to wait for the load in flight, which it must not do
      removed.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("load 1");
      return second.get(10, TimeUnit.SECONDS);
    }
  }

  /** A loader whose first load lasts until the key was removed. */
  private final class NumberedLoader implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      int number = loads.incrementAndGet();
      loading.countDown();
      try {
        assertThat(removed.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return "load " + number;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw new UnsupportedOperationException();
    }
  }
}

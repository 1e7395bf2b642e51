package dev.corral.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralCacheLoader;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadContext;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CompletionListenerFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same for the pages about loaders, and about many loads at a time. */
class LoaderPagesIT extends PageExamples {

  /** A value with a version, from a service. */
  public record Product(String name) {}

  /** What a service answers. */
  private record Response(int status, Product product, String etag) {}

  /** A service that compares versions, as HTTP does. */
  private interface Client {
    Response get(Long id, @Nullable String ifNoneMatch);
  }

  /** The loader on the page. */
  private record Products(Client client) implements CorralCacheLoader<Long, Product> {

    // tag::loader-results
    @Override
    public LoadResult<Product> load(Long id, LoadContext<Product> context) {
      Response response = client.get(id, context.version()); // If-None-Match
      return switch (response.status()) {
        case 304 -> LoadResult.notModified();
        case 404 -> LoadResult.absentFor(Duration.ofMinutes(1));
        default -> LoadResult.of(response.product()).withVersion(response.etag());
      };
    }
    // end::loader-results
  }

  @Test
  @SuppressWarnings("unchecked")
  void loaderResults() throws InterruptedException, ExecutionException {
    List<String> asked = new CopyOnWriteArrayList<>();
    Product chair = new Product("chair");
    Client client =
        (id, ifNoneMatch) -> {
          asked.add(id + " " + ifNoneMatch);
          return new Response(id > 1 ? 404 : "v1".equals(ifNoneMatch) ? 304 : 200, chair, "v1");
        };
    var configuration =
        CorralConfiguration.builder(Long.class, Product.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(new Products(client))))
            .build();
    CorralCache<Long, Product> products =
        manager.createCache("products", configuration).unwrap(CorralCache.class);
    assertThat(products.getAll(Set.of(1L, 2L))).containsOnly(Map.entry(1L, chair));
    CompletionListenerFuture reloaded = new CompletionListenerFuture();
    products.loadAll(Set.of(1L), true, reloaded);
    reloaded.get();
    assertThat(products.get(1L)).isEqualTo(chair);
    assertThat(products.get(2L)).isNull();
    assertThat(asked).containsExactlyInAnyOrder("1 null", "2 null", "1 v1");
    assertThat(products.metadata(1L).orElseThrow().version()).isEqualTo("v1");
  }

  @Test
  void loadBudget() {
    // tag::load-budget
    var options =
        LoadOptions.DEFAULTS
            .withCoalescing(Duration.ofMillis(2), 1_000) // window, maximum number of keys
            .withBudget(new Budget(8, 200, BudgetScope.CLUSTER, Duration.ofSeconds(2)));
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(table)))
            .loading(options)
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    // end::load-budget
    assertThat(countries.get("CH")).isNotNull();
    assertThat(database.reads()).isEqualTo(1);
  }

  @Test
  @SuppressWarnings("unchecked")
  void warmUp() {
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(it -> it.setCacheLoaderFactory(new SingletonFactory<>(table)))
            .build();
    CorralCache<String, Country> products =
        manager.createCache("warm", configuration).unwrap(CorralCache.class);
    List<String> ids = List.of("CH", "BR", "XX");
    // tag::warm-up
    WarmUp warmUp =
        products.warm(
            ids.stream(),
            WarmUpOptions.DEFAULTS
                .withKeysPerSecond(500)
                .withBatchSize(100)
                .withConcurrentBatches(2));
    warmUp.pause();
    warmUp.resume();
    WarmUp.Progress progress = warmUp.completion().toCompletableFuture().join();
    // end::warm-up
    assertThat(progress.loaded()).isEqualTo(2);
    assertThat(progress.absent()).isEqualTo(1);
    assertThat(products.containsKey("CH")).isTrue();
  }

  @Test
  @SuppressWarnings("unchecked")
  void hotKeys() {
    // tag::hot-keys
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(table)))
            .hotKeys(HotKeyOptions.ofKeys(1_000))
            .build();
    CorralCache<String, Country> countries =
        manager.createCache("countries", configuration).unwrap(CorralCache.class);
    countries.clear();
    WarmUp warmUp = countries.warm(countries.hottestKeys(500), WarmUpOptions.DEFAULTS);
    // end::hot-keys
    assertThat(warmUp.completion().toCompletableFuture().join().processed()).isZero();
    for (int i = 0; i < 5_000; i++) {
      assertThat(countries.get("CH")).isNotNull();
    }
    assertThat(countries.hottestKeys(1)).containsExactly("CH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hot-keys", "load-budget", "loader-results", "warm-up"})
  void example_isTheSameOnItsPage(String page) throws IOException {
    assertSameOnItsPage(page);
  }
}

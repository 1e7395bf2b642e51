package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.fixtures.LoadedCollections;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.spi.CachingProvider;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;

/** From a value of classes that are not allowed to a cached one: at most two rounds. */
@NullUnmarked
@SuppressWarnings("unused")
class RefusedClassesTest {

  static final class Order {
    Customer customer = new Customer();
    List<Line> lines = ImmutableList.of(new Line(new Product(), new Price(BigDecimal.TEN)));
    Set<Tag> tags = LoadedCollections.set(Set.of(new Tag("new")));
    Map<Status, Note> notes = ImmutableMap.of(Status.OPEN, new Note("x"));
    Page<Shipment> shipments =
        new PageImpl<>(
            List.of(new Shipment()), PageRequest.of(0, 10, Sort.by("date").descending()), 11);
    Optional<Discount> discount = Optional.empty();
  }

  static final class Customer {
    List<String> phones = LoadedCollections.bag(List.of("1", "2"));
    ImmutableSortedSet<String> roles = ImmutableSortedSet.of("b", "a");
  }

  record Line(Product product, Price price) {}

  static class Product {}

  record Price(BigDecimal amount) {}

  record Tag(String text) {}

  enum Status {
    OPEN
  }

  record Note(String text) {}

  static class Shipment {}

  record Discount(int percent) {}

  @Test
  void put_valueOfTenClasses_isCachedInTheSecondRound() throws Exception {
    try (CachingProvider provider = new CorralCachingProvider();
        CacheManager manager = provider.getCacheManager(URI.create("embedded:/"), null)) {
      Cache<Object, Object> first = manager.createCache("orders", configuration(List.of()));
      Object key = new SimpleKey("acme", 42, null);

      Throwable failure = catchThrowable(() -> first.put(key, new Order()));

      assertThat(failure).isInstanceOf(CacheException.class);
      RefusalStatistics refused = first.unwrap(CorralCache.class).refusalStatistics();
      assertThat(refused.values()).isEqualTo(1);
      assertThat(refused.classes()).hasSize(9);
      assertThat(refused.patterns()).containsExactly("dev.corral.jcache.behavior.*");
      assertThat(attribute("RefusedValues")).isEqualTo(1L);
      assertThat((String[]) attribute("RefusedClasses")).hasSize(9);
      assertThat((String[]) attribute("SuggestedPatterns"))
          .containsExactly("dev.corral.jcache.behavior.*");

      manager.destroyCache("orders");
      Cache<Object, Object> second =
          manager.createCache("orders", configuration(refused.patterns()));
      second.put(key, new Order());
      Order read = (Order) second.get(key);

      assertThat(read.shipments.getTotalElements()).isEqualTo(11);
      assertThat(read.shipments.getPageable())
          .isEqualTo(PageRequest.of(0, 10, Sort.by("date").descending()));
      assertThat(read.lines).isInstanceOf(ImmutableList.class).hasSize(1);
      assertThat(read.tags).containsExactly(new Tag("new"));
      assertThat(read.customer.phones).containsExactly("1", "2");
      assertThat(second.iterator().next().getKey()).isEqualTo(key);
      assertThat(second.unwrap(CorralCache.class).refusalStatistics().values()).isZero();
    }
  }

  private static CorralConfiguration<Object, Object> configuration(List<String> patterns) {
    return CorralConfiguration.builder(Object.class, Object.class)
        .standard(it -> it.setManagementEnabled(true).setStatisticsEnabled(true))
        .allowedClasses(patterns.toArray(String[]::new))
        .build();
  }

  private static Object attribute(String name) throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    for (ObjectName bean : server.queryNames(new ObjectName("*:*,Cache=orders"), null)) {
      for (var each : server.getMBeanInfo(bean).getAttributes()) {
        if (each.getName().equals(name)) {
          return server.getAttribute(bean, name);
        }
      }
    }
    throw new AssertionError("no attribute " + name);
  }
}

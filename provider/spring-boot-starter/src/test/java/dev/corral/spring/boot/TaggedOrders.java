package dev.corral.spring.boot;

import dev.corral.jcache.EntryTags;
import dev.corral.spring.ForCache;
import dev.corral.spring.InvalidateTags;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheConfig;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A service whose cached orders have the tags of their customers, and methods that change those.
 */
@CacheConfig(cacheNames = "orders")
class TaggedOrders {

  record Order(String id, String customer, int version) {}

  /** Behind a proxy of its interface. */
  interface Customers {
    void rename(String customer);
  }

  static final class StoredCustomers implements Customers {
    @Override
    @InvalidateTags(cacheNames = "orders", tags = "'customer:' + #a0")
    public void rename(String customer) {}
  }

  /** The tags of the setting. */
  public static final class IdTags implements EntryTags<Object, Object> {
    @Override
    public List<String> tagsOf(Object key, Object value) {
      return List.of("id:" + key);
    }
  }

  @Configuration
  static class Beans {
    @Bean
    TaggedOrders taggedOrders() {
      return new TaggedOrders();
    }

    @Bean
    Customers customers() {
      return new StoredCustomers();
    }

    @Bean
    Map<String, List<String>> customerTags() {
      return Map.of("both", List.of("customer:dan", "customer:eve"));
    }

    @Bean
    @ForCache("orders")
    EntryTags<Object, Order> orderTags() {
      return (id, order) -> List.of("customer:" + order.customer(), "all");
    }
  }

  /** With transactions. */
  @Configuration
  @EnableTransactionManagement
  static class TransactionalBeans extends Beans {
    @Bean
    TransactionsIT.NoTransactions transactions() {
      return new TransactionsIT.NoTransactions();
    }
  }

  /** An invalid expression. */
  static class Unparsable {
    @InvalidateTags(cacheNames = "orders", tags = "'customer:' +")
    public void change() {}
  }

  @Configuration
  static class UnparsableBeans {
    @Bean
    Unparsable unparsable() {
      return new Unparsable();
    }
  }

  private final AtomicInteger executions = new AtomicInteger();
  private final AtomicReference<Runnable> duringRead = new AtomicReference<>(() -> {});

  /** What happens once, during the next read of an order. */
  void duringRead(Runnable work) {
    duringRead.set(work);
  }

  /** The customer is the text before the hyphen. */
  @Cacheable
  public @Nullable Order find(String id) {
    int version = executions.incrementAndGet();
    duringRead.getAndSet(() -> {}).run();
    return id.startsWith("none") ? null : new Order(id, id.split("-", -1)[0], version);
  }

  @Cacheable(cacheNames = "bills")
  public Order bill(String id) {
    return new Order(id, "", executions.incrementAndGet());
  }

  @CachePut
  public Order put(String id) {
    return new Order(id, id.split("-", -1)[0], 1000);
  }

  @InvalidateTags(cacheNames = "orders", tags = "'customer:' + #a0")
  public void change(String customer) {}

  @Transactional
  @InvalidateTags(tags = "'customer:' + #a0")
  public void changeInTransaction(String customer) {}

  /** Commits, even if the caller's transaction is rolled back. */
  @Transactional(propagation = Propagation.REQUIRES_NEW)
  @InvalidateTags(tags = "'customer:' + #a0")
  public void changeInNewTransaction(String customer) {}

  /** A condition that is a text, and a tag of a class. */
  @InvalidateTags(
      tags = "'customer:' + T(dev.corral.spring.boot.TaggedOrders).lower(#a0)",
      condition = "#a1")
  public CompletableFuture<Void> changeIf(String customer, String condition) {
    CompletableFuture<Void> changed = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
              changed.complete(null);
            });
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    thread.start();
    return changed;
  }

  public static String lower(String customer) {
    return customer.toLowerCase(Locale.ROOT);
  }

  @InvalidateTags(tags = "#a1")
  @InvalidateTags(tags = "'customer:' + #a0")
  public void changeWithANullBefore(String customer, @Nullable String none) {}

  @InvalidateTags(
      cacheNames = "bills",
      tags = "'id:' + #root.args[0]",
      condition = "#root.methodName == 'changeBill'")
  public void changeBill(String id) {}

  @InvalidateTags(tags = {"#result", "'customer:' + #a0"})
  @InvalidateTags(tags = "@customerTags.get(#a1)", condition = "#a1 != null")
  public List<String> changeSeveral(String customer, @Nullable String other) {
    return List.of("customer:" + customer + "2", "customer:" + customer + "3");
  }

  @InvalidateTags(tags = "'customer:' + #a0")
  public void fail(String customer) {
    throw new IllegalArgumentException(customer);
  }

  @InvalidateTags(tags = "'customer:' + #a0", beforeInvocation = true)
  public void failLater(String customer) {
    throw new IllegalArgumentException(customer);
  }

  @InvalidateTags(tags = "'customer:' + #result")
  public CompletableFuture<String> future(CompletableFuture<String> customer) {
    return customer;
  }

  @InvalidateTags(tags = "'customer:' + #result")
  public Mono<String> mono(Mono<String> customer) {
    return customer;
  }

  @InvalidateTags(tags = "'customer:' + #a0")
  public Flux<Integer> flux(String customer) {
    return Flux.just(1, 2, 3);
  }

  @InvalidateTags(tags = "'customer:' + #missing")
  public void unknownArgument() {}

  @InvalidateTags(tags = "'customer:' + #result", beforeInvocation = true)
  public String resultBefore() {
    return "ann";
  }

  @InvalidateTags(tags = "#a0")
  public void anything(@Nullable Object tag) {}

  @InvalidateTags(cacheNames = "missing", tags = "'all'")
  public void unknownCache() {}
}

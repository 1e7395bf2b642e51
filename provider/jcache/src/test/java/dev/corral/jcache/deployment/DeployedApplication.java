package dev.corral.jcache.deployment;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.codec.KeyCodec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;

/**
 * An application of a container, which {@link DeploymentTest} loads by a class loader of its own,
 * while the class loader of its parent has Corral. It uses classes of its own for keys, values and
 * callbacks.
 */
public final class DeployedApplication implements Consumer<URI>, AutoCloseable {

  /** Keeps the manager alive as long as the classes of the application live. */
  private static final Map<String, Object> STATIC = new HashMap<>();

  /** A value. */
  public record Order(String id, int amount) {}

  /** A key. */
  public record OrderKey(int number) {}

  /** Starts the application, which uses caches in this Redis. */
  @Override
  public void accept(URI redis) {
    CacheManager manager =
        Caching.getCachingProvider("dev.corral.jcache.spi.CorralCachingProvider")
            .getCacheManager(redis, null);
    STATIC.put("manager", manager);
    useValues(manager);
    useKeyCodec(manager);
  }

  private static void useValues(CacheManager manager) {
    Cache<OrderKey, Order> orders =
        manager.createCache(
            "orders",
            CorralConfiguration.builder(OrderKey.class, Order.class)
                .standard(DeployedApplication::addCallbacks)
                .build());
    STATIC.put("orders", orders);
    OrderKey key = new OrderKey(1);
    orders.remove(key);
    require(orders.get(key).equals(new Order("loaded", 1)));
    orders.put(key, new Order("put", 2));
    require(orders.get(key).equals(new Order("put", 2)));
    require(orders.iterator().next().getKey().equals(key));
    Order replaced =
        orders.invoke(
            key,
            (entry, none) -> {
              entry.setValue(new Order("invoked", 3));
              return entry.getValue();
            });
    require(replaced.amount() == 3);
    useFutures(orders, key);
  }

  /** The classes of operations, stages and values are those of the application. */
  @SuppressWarnings("unchecked")
  private static void useFutures(Cache<OrderKey, Order> orders, OrderKey key) {
    CorralCache<OrderKey, Order> corral = orders.unwrap(CorralCache.class);
    Order put =
        corral
            .putAsync(key, new Order("future", 4))
            .thenCompose(done -> corral.getAsync(key))
            .thenApply(order -> new Order(order.id(), order.amount() + 1))
            .join();
    require(put.amount() == 5);
  }

  private static void addCallbacks(MutableConfiguration<OrderKey, Order> standard) {
    standard
        .setStatisticsEnabled(true)
        .setManagementEnabled(true)
        .setReadThrough(true)
        .setCacheLoaderFactory(new SingletonFactory<>(new Orders()))
        .setExpiryPolicyFactory(FactoryBuilder.factoryOf(Hourly.class))
        .addCacheEntryListenerConfiguration(
            new MutableCacheEntryListenerConfiguration<>(
                FactoryBuilder.factoryOf(Listener.class),
                null,
                /* isOldValueRequired= */ false,
                /* isSynchronous= */ true));
  }

  /** A codec for a class of the JDK, which outlives the application. */
  private static void useKeyCodec(CacheManager manager) {
    Cache<InetSocketAddress, String> names =
        manager.createCache(
            "names",
            CorralConfiguration.builder(InetSocketAddress.class, String.class)
                .keyCodec(AddressCodec::new)
                .nearCache(NearCacheOptions.ofEntries(10))
                .build());
    InetSocketAddress key = InetSocketAddress.createUnresolved("shop", 80);
    names.put(key, "shop");
    require("shop".equals(names.get(key)));
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalStateException("the application does not work");
    }
  }

  /** Stops the application as a container does: it closes its manager, and no more. */
  @Override
  public void close() {
    ((CacheManager) STATIC.get("manager")).close();
  }

  /** A loader. */
  public static final class Orders implements CacheLoader<OrderKey, Order> {

    @Override
    public Order load(OrderKey key) {
      return new Order("loaded", key.number());
    }

    @Override
    public Map<OrderKey, Order> loadAll(Iterable<? extends OrderKey> keys) {
      Map<OrderKey, Order> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  /** An expiry policy that Corral does not know. */
  public static final class Hourly implements ExpiryPolicy {

    @Override
    public Duration getExpiryForCreation() {
      return Duration.ONE_HOUR;
    }

    @Override
    public Duration getExpiryForAccess() {
      return Duration.ONE_HOUR;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return Duration.ONE_HOUR;
    }
  }

  /** A listener. */
  public static final class Listener implements CacheEntryCreatedListener<OrderKey, Order> {

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends OrderKey, ? extends Order>> events) {
      events.forEach(event -> require(event.getValue().amount() > 0));
    }
  }

  /** A key codec. */
  public static final class AddressCodec implements KeyCodec<InetSocketAddress> {

    @Override
    public String name() {
      return "address";
    }

    @Override
    public boolean handles(Class<?> type) {
      return type == InetSocketAddress.class;
    }

    @Override
    public String encode(InetSocketAddress key) {
      return key.getHostString() + ":" + key.getPort();
    }

    @Override
    public InetSocketAddress decode(String text) {
      String[] parts = text.split(":", -1);
      return InetSocketAddress.createUnresolved(parts[0], Integer.parseInt(parts[1]));
    }
  }
}

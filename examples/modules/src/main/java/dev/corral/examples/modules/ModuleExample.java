package dev.corral.examples.modules;

import dev.corral.examples.modules.model.Order;
import dev.corral.examples.modules.model.Position;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** Stores and reads values of a module that exports their package, and opens none. */
public final class ModuleExample {

  /** A record in a package that the module does not export. */
  record Draft(String text) {}

  /** A class in a package that the module does not export. */
  static final class Note {
    @Nullable String text;
  }

  /** Java serialization needs no access by reflection. */
  static final class Remark implements Serializable {
    private static final long serialVersionUID = 1;
    private final String text;

    Remark(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  enum Color {
    RED
  }

  private ModuleExample() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws JMException {
    var provider = Caching.getCachingProvider();
    System.out.println("provider: " + provider.getClass().getModule().getName());
    try (CacheManager manager = provider.getCacheManager()) {
      var configuration =
          CorralConfiguration.builder(Position.class, Object.class)
              .allowedClasses("dev.corral.examples.modules.**")
              .nearCache(NearCacheOptions.ofEntries(100))
              .standard(it -> it.setStatisticsEnabled(true))
              .build();
      Cache<Position, Object> cache = manager.createCache("orders", configuration);
      Position position = new Position("A", 1);

      cache.put(position, new Order(1, List.of("apple", "pear"), Instant.EPOCH));
      System.out.println("value: " + ((Order) cache.get(position)).lines());
      cache.invoke(
          position,
          (entry, unused) -> {
            entry.setValue(new Order(2, List.of("plum"), Instant.EPOCH));
            return null;
          });
      System.out.println("after invoke: " + ((Order) cache.get(position)).lines());
      System.out.println("puts by JMX: " + puts());
      for (Object value :
          List.of(Color.RED, new Remark("serializable"), new Note(), new Draft("a record"))) {
        try {
          cache.put(position, value);
          System.out.println("not exported: " + cache.get(position));
        } catch (CacheException e) {
          System.out.println("not exported: " + e.getMessage());
        }
      }
      manager.destroyCache("orders");
    }
  }

  private static Object puts() throws JMException {
    var server = ManagementFactory.getPlatformMBeanServer();
    var pattern = new ObjectName("javax.cache:type=CacheStatistics,Cache=orders,*");
    return server.getAttribute(server.queryNames(pattern, null).iterator().next(), "CachePuts");
  }
}

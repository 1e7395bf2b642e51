package dev.corral.jcache.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.manager.ApplicationClassLoader;
import java.lang.ref.WeakReference;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects whose classes are not those that the cache manager's class loader finds. */
class ForeignClassesTest {

  private static OwnRedis redis;
  private static URLClassLoader application;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    application = new SharedFolder().application();
  }

  @AfterAll
  static void close() throws Exception {
    application.close();
    redis.close();
  }

  private static Cache<Object, Object> open(String name) {
    return redis.cache(
        name,
        CorralConfiguration.builder(Object.class, Object.class)
            .allowedClasses(SharedFolder.class.getPackageName() + ".*")
            .build());
  }

  private static Object create(String nested, Class<?> type, Object argument) throws Exception {
    return application
        .loadClass(ForeignClassesTest.class.getName() + "$" + nested)
        .getConstructor(type)
        .newInstance(argument);
  }

  /** A record, for a key or a value. */
  public record Point(int x) {}

  /** A class with Java serialization hooks. */
  public static final class Hooked implements java.io.Serializable {

    private static final long serialVersionUID = 1L;

    private final int x;

    public Hooked(int x) {
      this.x = x;
    }

    private Object writeReplace() {
      return new Holder(x);
    }

    private record Holder(int x) implements java.io.Serializable {}
  }

  @Test
  void put_valueOfAnotherClassLoader_isRefused() throws Exception {
    Cache<Object, Object> cache = open("values");
    cache.put("k", new Point(1));
    assertThat(cache.get("k")).isEqualTo(new Point(1));
    Object foreign = create("Point", int.class, 2);
    assertThat(foreign.getClass()).isNotEqualTo(Point.class);

    for (Object value : List.of(foreign, new ArrayList<>(List.of(foreign)))) {
      assertThatThrownBy(() -> cache.put("k", value))
          .isInstanceOf(CacheException.class)
          .hasMessageContainingAll("'values'", "$Point", "another class loader");
    }
    assertThatThrownBy(() -> cache.put("k", create("Hooked", int.class, 2)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("another class loader");
    assertThat(cache.get("k")).isEqualTo(new Point(1));
  }

  @Test
  void put_keyOfAnotherClassLoader_isRefused() throws Exception {
    Cache<Object, Object> cache = open("keys");
    cache.put(new Point(1), "own");
    Object foreign = create("Point", int.class, 1);
    assertThatThrownBy(() -> cache.get(foreign))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("'keys'", "$Point", "another class loader");
    assertThat(cache.iterator().next().getKey()).isEqualTo(new Point(1));
  }

  @Test
  void put_valueWhoseClassTheManagerDoesNotFind_isRefused() throws Exception {
    Cache<Object, Object> cache =
        redis
            .manager("?client-name=narrow")
            .getCachingProvider()
            .getCacheManager(redis.uri("?client-name=narrow"), new SharedFolder())
            .createCache(
                "unfound",
                CorralConfiguration.builder(Object.class, Object.class)
                    .allowedClasses(SharedFolder.class.getPackageName() + ".*")
                    .build());
    assertThatThrownBy(() -> cache.put("k", create("Point", int.class, 1)))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("'unfound'", "$Point", "does not find it");
  }

  @Test
  void applicationClassLoader_ofAStoppedApplication_doesNotKeepItsClassesAlive() throws Exception {
    ApplicationClassLoader shared = createdBy(new SharedFolder().application());
    WeakReference<Class<?>> found = new WeakReference<>(find(shared));
    for (int i = 0; i < 50 && found.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(found.get()).isNull();
    assertThat(shared.loadClass(Point.class.getName())).isSameAs(Point.class);
  }

  private static ApplicationClassLoader createdBy(ClassLoader context) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context);
    try {
      return new ApplicationClassLoader();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Class<?> find(ClassLoader loader) throws Exception {
    Class<?> type = loader.loadClass(Point.class.getName());
    assertThat(type).isNotEqualTo(Point.class);
    return type;
  }
}

package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Configuration;

/** A restart by DevTools, which loads the classes of the application by a new class loader. */
final class RestartIT {

  @Configuration
  static class Application {}

  /** Loads the class of the value itself, as DevTools' class loader does for the application. */
  private static final class Restarted extends URLClassLoader {

    Restarted() {
      super(
          new URL[] {RestartIT.class.getProtectionDomain().getCodeSource().getLocation()},
          RestartIT.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.equals(RestartedOrder.class.getName())) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  @Test
  void values_afterARestart_haveTheNewClasses() throws Exception {
    try (OwnRedis redis = new OwnRedis();
        Restarted first = new Restarted();
        Restarted second = new Restarted()) {
      Class<?> before = first.loadClass(RestartedOrder.class.getName());
      Class<?> after = second.loadClass(RestartedOrder.class.getName());
      var constructor = before.getDeclaredConstructor(String.class);
      constructor.setAccessible(true);
      Object order = constructor.newInstance("Ada");
      assertThat(before).isNotSameAs(after);

      Applications.of(Application.class, redis.property())
          .withClassLoader(first)
          .run(context -> cache(context.getBean(CacheManager.class)).put("a", order));

      Applications.of(Application.class, redis.property())
          .withClassLoader(second)
          .run(
              context -> {
                var found = cache(context.getBean(CacheManager.class)).get("a");
                assertThat(Objects.requireNonNull(found).get()).isInstanceOf(after);
                assertThat(String.valueOf(found.get())).isEqualTo("RestartedOrder[customer=Ada]");
              });
    }
  }

  private static Cache cache(CacheManager manager) {
    return Objects.requireNonNull(manager.getCache("orders"));
  }
}

package dev.corral.spring.boot;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Finds the Redisson client of an application. Corral can use it only with the jar {@code thin}:
 * the drop-in jar has a Redisson of its own under other names.
 */
final class RedissonClientBean {

  private static final String CLIENT = "org.redisson.api.RedissonClient";
  private static final String CLIENT_OF_DROP_IN = "dev.corral.jcache.shaded." + CLIENT;

  private RedissonClientBean() {}

  /**
   * The only client; null if there is none, or if Corral has its own Redisson.
   *
   * @throws IllegalStateException if there are several
   */
  static @Nullable Object find(ListableBeanFactory beans) {
    ClassLoader loader = RedissonClientBean.class.getClassLoader();
    if (ClassUtils.isPresent(CLIENT_OF_DROP_IN, loader) || !ClassUtils.isPresent(CLIENT, loader)) {
      return null;
    }
    Class<?> type = ClassUtils.resolveClassName(CLIENT, loader);
    Map<String, ?> clients = beans.getBeansOfType(type);
    if (clients.isEmpty()) {
      return null;
    }
    Object unique = beans.getBeanProvider(type).getIfUnique();
    if (unique == null) {
      throw new IllegalStateException(
          "There are several RedissonClient beans: %s; make one @Primary, or set"
                  .formatted(String.join(", ", clients.keySet()))
              + " corral.spring.use-redisson-client=false");
    }
    return unique;
  }
}

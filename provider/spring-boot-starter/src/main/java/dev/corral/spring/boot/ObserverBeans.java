package dev.corral.spring.boot;

import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.CorralObservers;
import java.util.List;
import javax.cache.CacheManager;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Adds the observers among the beans of an application to the cache manager, and removes them when
 * the application ends. The cache manager may outlive the application.
 */
final class ObserverBeans implements SmartInitializingSingleton, DisposableBean {

  private final CorralObservers observers;
  private final List<CorralObserver> beans;

  /**
   * @param manager a cache manager of Corral
   */
  ObserverBeans(CacheManager manager, List<CorralObserver> beans) {
    this.observers = manager.unwrap(CorralObservers.class);
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    beans.forEach(observers::add);
  }

  @Override
  public void destroy() {
    beans.forEach(observers::remove);
  }
}

package dev.corral.spring;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskDecorator;

/**
 * What a {@link CorralCacheManager} does for all of its caches. Immutable.
 *
 * @param declaredNames the names of caches that exist even if no setting has them
 * @param createsMissing whether a cache whose name is not declared is created when it is asked for
 * @param transactionAware whether the changes in a transaction wait for its commit; needs spring-tx
 * @param allowedClasses patterns of classes that values may contain, besides those of the settings
 * @param customizer changes the configuration of each cache before it is opened
 * @param taskDecorator wraps the tasks that begin methods with futures and reactive types; or null
 */
public record CacheOptions(
    Set<String> declaredNames,
    boolean createsMissing,
    boolean transactionAware,
    List<String> allowedClasses,
    CorralCacheCustomizer customizer,
    @Nullable TaskDecorator taskDecorator) {

  /** Copies the collections. */
  public CacheOptions {
    declaredNames = Set.copyOf(declaredNames);
    allowedClasses = List.copyOf(allowedClasses);
  }
}

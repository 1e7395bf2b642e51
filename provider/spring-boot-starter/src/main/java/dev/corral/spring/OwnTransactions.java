package dev.corral.spring;

import java.util.Collection;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.transaction.HeuristicCompletionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.util.ClassUtils;

/** The transaction of a method with {@link InvalidateTags} itself, if it has one. Stateless. */
final class OwnTransactions {

  /** Without Spring's transactions, the other methods must not be called. */
  static final boolean ARE_PRESENT =
      ClassUtils.isPresent(
          "org.springframework.transaction.interceptor.TransactionAttributeSource",
          OwnTransactions.class.getClassLoader());

  private OwnTransactions() {}

  /** Whether the database may have committed although the method has thrown this. */
  static boolean mayBeCommitted(Throwable failure) {
    return failure instanceof TransactionSystemException
        || failure instanceof HeuristicCompletionException;
  }

  /** Whether the method does not take part in a transaction of its caller. */
  static boolean isSeparate(BeanFactory beans, TagOperations.Target target) {
    return beans.getBeanProvider(TransactionAttributeSource.class).stream()
        .anyMatch(it -> isSeparate(it, target));
  }

  private static boolean isSeparate(
      TransactionAttributeSource source, TagOperations.Target target) {
    TransactionAttribute attribute =
        source.getTransactionAttribute(target.specificMethod(), target.targetClass());
    int propagation =
        attribute == null
            ? TransactionDefinition.PROPAGATION_REQUIRED
            : attribute.getPropagationBehavior();
    return propagation == TransactionDefinition.PROPAGATION_REQUIRES_NEW
        || propagation == TransactionDefinition.PROPAGATION_NOT_SUPPORTED
        || propagation == TransactionDefinition.PROPAGATION_NEVER;
  }

  /** Invalidates without waiting for a transaction of the caller. */
  static void invalidateNow(TaggedCache cache, Collection<String> tags) {
    if (cache instanceof TransactionalCache transactional) {
      transactional.invalidateTagsNow(tags);
    } else {
      cache.invalidateTags(tags);
    }
  }
}

package dev.corral.spring;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.util.ClassUtils;

/**
 * Makes {@link InvalidateTags} work, where Spring's cache annotations do. It is before the advice
 * of transactions and caches, so it invalidates after them. Safe for many threads.
 */
public final class InvalidateTagsAdvisor extends AbstractPointcutAdvisor {

  private static final long serialVersionUID = 1L;

  private static final boolean HAS_REACTOR =
      ClassUtils.isPresent(
          "reactor.core.publisher.Mono", InvalidateTagsAdvisor.class.getClassLoader());

  private final transient TagOperations operations = new TagOperations();
  private final transient MethodInterceptor interceptor = this::invoke;
  private final transient BeanFactory beans;

  /**
   * Asks for no bean before a method with the annotation is called.
   *
   * @param beans has a {@link CorralCacheManager}, and what the expressions name
   */
  public InvalidateTagsAdvisor(BeanFactory beans) {
    this.beans = beans;
    setOrder(LOWEST_PRECEDENCE - 1);
  }

  @Override
  public Pointcut getPointcut() {
    return operations;
  }

  @Override
  public Advice getAdvice() {
    return interceptor;
  }

  private @Nullable Object invoke(MethodInvocation call) throws Throwable {
    Object instance = call.getThis();
    Class<?> targetClass =
        instance == null
            ? call.getMethod().getDeclaringClass()
            : AopProxyUtils.ultimateTargetClass(instance);
    TagOperations.Target target = operations.of(call.getMethod(), targetClass);
    List<TagOperation> before =
        target.operations().stream().filter(TagOperation::beforeInvocation).toList();
    if (!before.isEmpty()) {
      invalidate(before, TagExpressions.withoutResult(target, call, beans), /* now= */ false);
    }
    List<TagOperation> after =
        target.operations().stream().filter(it -> !it.beforeInvocation()).toList();
    if (after.isEmpty()) {
      return call.proceed();
    }
    boolean now = OwnTransactions.ARE_PRESENT && OwnTransactions.isSeparate(beans, target);
    try {
      return afterwards(call.proceed(), target, call, after, now);
    } catch (RuntimeException e) {
      if (OwnTransactions.ARE_PRESENT && OwnTransactions.mayBeCommitted(e)) {
        invalidateAfter(e, after, TagExpressions.withoutResult(target, call, beans), now);
      }
      throw e;
    }
  }

  /** Invalidates what a commit of unknown result may have changed. */
  private void invalidateAfter(
      RuntimeException failure,
      List<TagOperation> operations,
      TagExpressions expressions,
      boolean now) {
    try {
      invalidate(operations, expressions, now);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private @Nullable Object afterwards(
      @Nullable Object result,
      TagOperations.Target target,
      MethodInvocation call,
      List<TagOperation> after,
      boolean now) {
    Consumer<@Nullable Object> success =
        value -> invalidate(after, TagExpressions.withResult(target, call, beans, value), now);
    if (result instanceof CompletionStage<?> stage) {
      return stage.whenComplete(
          (value, failure) -> {
            if (failure == null) {
              success.accept(value);
            }
          });
    }
    if (HAS_REACTOR && result != null) {
      Object reactive =
          ReactiveResults.afterSuccess(
              result,
              success,
              () -> invalidate(after, TagExpressions.withoutResult(target, call, beans), now));
      if (reactive != null) {
        return reactive;
      }
    }
    success.accept(result);
    return result;
  }

  /**
   * Invalidates what each operation says, even if another one fails.
   *
   * @param now whether not to wait for a transaction of the caller
   * @throws RuntimeException the first failure
   */
  private void invalidate(List<TagOperation> operations, TagExpressions expressions, boolean now) {
    RuntimeException failure = null;
    for (TagOperation operation : operations) {
      try {
        if (operation.applies(expressions)) {
          List<String> tags = operation.tags(expressions);
          operation.cacheNames().forEach(name -> invalidate(cache(name, operation), tags, now));
        }
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private TaggedCache cache(String name, TagOperation operation) {
    CorralCacheManager manager = beans.getBean(CorralCacheManager.class);
    Cache cache = manager.getCache(name);
    if (cache == null) {
      throw new IllegalArgumentException(
          "%s: there is no cache '%s'; declared caches: %s"
              .formatted(operation.place(), name, manager.getCacheNames()));
    }
    return (TaggedCache) cache;
  }

  private void invalidate(TaggedCache cache, List<String> tags, boolean now) {
    try {
      if (now) {
        OwnTransactions.invalidateNow(cache, tags);
      } else {
        cache.invalidateTags(tags);
      }
    } catch (RuntimeException e) {
      CachingConfigurer configurer =
          beans.getBeanProvider(CachingConfigurer.class).getIfAvailable();
      CacheErrorHandler handler = configurer == null ? null : configurer.errorHandler();
      if (handler == null) {
        throw e;
      }
      handler.handleCacheClearError(e, cache);
    }
  }
}

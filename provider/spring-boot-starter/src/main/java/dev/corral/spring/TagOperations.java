package dev.corral.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** The methods with {@link InvalidateTags}, and their operations. Safe for many threads. */
final class TagOperations extends StaticMethodMatcherPointcut {

  private final ConcurrentMap<MethodClassKey, Target> known = new ConcurrentHashMap<>();

  /**
   * A method of a class.
   *
   * @param specificMethod of the class, even if an interface was called
   */
  record Target(Method specificMethod, Class<?> targetClass, List<TagOperation> operations) {}

  TagOperations() {
    setClassFilter(it -> AnnotationUtils.isCandidateClass(it, InvalidateTags.class));
  }

  @Override
  public boolean matches(Method method, Class<?> targetClass) {
    return !of(method, targetClass).operations().isEmpty();
  }

  /**
   * The operations of a method; none if it has no annotation.
   *
   * @throws IllegalStateException if an annotation is invalid
   */
  Target of(Method method, Class<?> targetClass) {
    return known.computeIfAbsent(
        new MethodClassKey(method, targetClass), key -> find(method, targetClass));
  }

  private static Target find(Method method, Class<?> targetClass) {
    Method specific =
        Proxy.isProxyClass(targetClass) // its methods have no names of arguments
            ? method
            : AopUtils.getMostSpecificMethod(method, targetClass);
    List<TagOperation> operations =
        AnnotatedElementUtils.findMergedRepeatableAnnotations(specific, InvalidateTags.class)
            .stream()
            .map(it -> TagOperation.of(it, specific, targetClass))
            .toList();
    return new Target(specific, targetClass, operations);
  }
}

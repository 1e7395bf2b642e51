package dev.corral.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.spel.support.StandardTypeLocator;

/**
 * What the expressions of one call can see. Unlike in Spring's own context, an unknown variable is
 * an error, and not null: {@code 'customer:' + #id} would be the tag {@code customer:null}.
 */
final class TagExpressions extends MethodBasedEvaluationContext {

  private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();
  private static final String RESULT = "result";

  private final Method method;
  private final boolean hasResult;

  /** What {@code #root} is, with the names that Spring's cache annotations use. */
  record Root(
      Method method,
      String methodName,
      List<Object> args,
      @Nullable Object target,
      Class<?> targetClass) {}

  private TagExpressions(
      TagOperations.Target target, MethodInvocation call, BeanFactory beans, boolean hasResult) {
    super(root(target, call), target.specificMethod(), call.getArguments(), NAMES);
    this.method = target.specificMethod();
    this.hasResult = hasResult;
    setBeanResolver(new BeanFactoryResolver(beans));
    ClassLoader loader =
        beans instanceof ConfigurableBeanFactory factory ? factory.getBeanClassLoader() : null;
    setTypeLocator(
        new StandardTypeLocator(loader == null ? target.targetClass().getClassLoader() : loader));
  }

  private static Root root(TagOperations.Target target, MethodInvocation call) {
    return new Root(
        call.getMethod(),
        call.getMethod().getName(),
        Arrays.asList(call.getArguments()),
        call.getThis(),
        target.targetClass());
  }

  /** Of a call that has no result, or none yet. */
  static TagExpressions withoutResult(
      TagOperations.Target target, MethodInvocation call, BeanFactory beans) {
    return new TagExpressions(target, call, beans, /* hasResult= */ false);
  }

  /** Of a call that has returned. */
  static TagExpressions withResult(
      TagOperations.Target target,
      MethodInvocation call,
      BeanFactory beans,
      @Nullable Object result) {
    TagExpressions expressions = new TagExpressions(target, call, beans, /* hasResult= */ true);
    expressions.setVariable(RESULT, result);
    return expressions;
  }

  @Override
  public @Nullable Object lookupVariable(String name) {
    Object value = super.lookupVariable(name);
    if (value == null && !isKnown(name)) {
      throw new IllegalStateException(
          name.equals(RESULT)
              ? "there is no #result before the method runs, or of a result of several values"
              : "there is no argument #%s; name one by #a0, or compile with -parameters"
                  .formatted(name));
    }
    return value;
  }

  private boolean isKnown(String name) {
    if (name.equals(RESULT)) {
      return hasResult;
    }
    String[] names = NAMES.getParameterNames(method);
    if (names != null && Arrays.asList(names).contains(name)) {
      return true;
    }
    for (int i = 0; i < method.getParameterCount(); i++) {
      if (name.equals("a" + i) || name.equals("p" + i)) {
        return true;
      }
    }
    return false;
  }
}

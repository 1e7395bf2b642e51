package dev.corral.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheConfig;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * One {@link InvalidateTags} of a method. Immutable.
 *
 * @param place the annotation and its method, for messages
 * @param condition null for always
 */
record TagOperation(
    String place,
    List<String> cacheNames,
    List<Expression> tags,
    @Nullable Expression condition,
    boolean beforeInvocation) {

  private static final SpelExpressionParser PARSER = new SpelExpressionParser();

  /**
   * The operation of an annotation.
   *
   * @throws IllegalStateException if it names no cache or no tag, or an expression is invalid
   */
  static TagOperation of(InvalidateTags annotation, Method method, Class<?> targetClass) {
    String place =
        "@InvalidateTags on method %s.%s".formatted(targetClass.getName(), method.getName());
    List<String> names = List.of(annotation.cacheNames());
    CacheConfig defaults =
        AnnotatedElementUtils.findMergedAnnotation(targetClass, CacheConfig.class);
    if (names.isEmpty() && defaults != null) {
      names = List.of(defaults.cacheNames());
    }
    if (names.isEmpty() || annotation.tags().length == 0) {
      throw new IllegalStateException(
          place
              + (names.isEmpty() ? " names no cache; set cacheNames" : " names no tag; set tags"));
    }
    List<Expression> tags =
        Arrays.stream(annotation.tags()).map(it -> parsed("tags", it, place)).toList();
    String condition = annotation.condition();
    return new TagOperation(
        place,
        names,
        tags,
        condition.isEmpty() ? null : parsed("condition", condition, place),
        annotation.beforeInvocation());
  }

  private static Expression parsed(String attribute, String expression, String place) {
    try {
      return PARSER.parseExpression(expression);
    } catch (ParseException | IllegalStateException e) {
      throw failure(place, attribute, expression, String.valueOf(e.getMessage()), e);
    }
  }

  private static IllegalStateException failure(
      String place,
      String attribute,
      String expression,
      String problem,
      @Nullable Throwable cause) {
    return new IllegalStateException(
        "%s, %s = \"%s\": %s".formatted(place, attribute, expression, problem), cause);
  }

  /**
   * @throws IllegalStateException if the condition cannot be evaluated
   */
  boolean applies(EvaluationContext context) {
    return condition == null
        || Boolean.TRUE.equals(value("condition", condition, context, Boolean.class));
  }

  /**
   * The tags of a call.
   *
   * @throws IllegalStateException if an expression cannot be evaluated, or gives no texts
   */
  List<String> tags(EvaluationContext context) {
    List<String> all = new ArrayList<>();
    for (Expression expression : tags) {
      Object value = value("tags", expression, context, Object.class);
      Collection<?> several =
          value instanceof Collection<?> collection
              ? collection
              : value instanceof Object[] array ? Arrays.asList(array) : null;
      if (several == null) {
        all.add(text(value, expression));
      } else {
        several.forEach(it -> all.add(text(it, expression)));
      }
    }
    return all;
  }

  private String text(@Nullable Object value, Expression expression) {
    if (value instanceof CharSequence text) {
      return text.toString();
    }
    String what = value == null ? "null" : "of " + value.getClass();
    throw failure(
        place,
        "tags",
        expression.getExpressionString(),
        "a tag is " + what + ", but must be a text",
        null);
  }

  private <T> @Nullable T value(
      String attribute, Expression expression, EvaluationContext context, Class<T> type) {
    try {
      return expression.getValue(context, type);
    } catch (RuntimeException e) {
      throw failure(
          place, attribute, expression.getExpressionString(), String.valueOf(e.getMessage()), e);
    }
  }
}

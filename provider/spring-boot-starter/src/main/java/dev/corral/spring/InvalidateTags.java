package dev.corral.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Removes all entries that have one of the tags when the method has returned: see {@link
 * dev.corral.jcache.CorralCache#invalidateTags}.
 *
 * <pre>{@code
 * @InvalidateTags(cacheNames = "orders", tags = "'customer:' + #order.customer")
 * public void save(Order order) { … }
 * }</pre>
 *
 * <p>An entry has the tags of its stored value. If a change moves it to others, invalidate the old
 * tag too, or evict the key.
 *
 * <p>Works where {@code @CacheEvict} does, for the caches of a {@link CorralCacheManager}. A method
 * that throws invalidates nothing, nor does one whose future or reactive result fails; but if the
 * result of its commit is unknown, it does. In a transaction of the caller, a transaction-aware
 * cache does it after the commit. Other advice of the method, such as its transaction and its
 * {@code @CachePut}, is completed before.
 *
 * <p>The expressions are those of Spring (SpEL), with the arguments by their names or as {@code
 * #a0}, {@code #result} with what the method has returned, {@code #root} as for
 * {@code @CacheEvict}, and beans as {@code @name}. An invalid one fails the start of the bean.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(InvalidateTags.List.class)
public @interface InvalidateTags {

  /** The same as {@link #cacheNames}. */
  @AliasFor("cacheNames")
  String[] value() default {};

  /** The names of caches; none, the default, for those of {@code @CacheConfig} at the class. */
  @AliasFor("value")
  String[] cacheNames() default {};

  /**
   * Expressions, each for one text, or for a collection or an array of texts; an empty collection
   * has no effect. Null is an error; in a concatenation it is the text {@code null}.
   */
  String[] tags();

  /** An expression for a boolean; empty, the default, for always. */
  String condition() default "";

  /**
   * Whether it is done before the method runs, whatever becomes of it; there is no {@code #result}
   * then. Default: false.
   */
  boolean beforeInvocation() default false;

  /** Several annotations of one method. */
  @Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
  @Retention(RetentionPolicy.RUNTIME)
  @Documented
  @interface List {

    /** The annotations. */
    InvalidateTags[] value();
  }
}

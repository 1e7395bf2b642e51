package dev.corral.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the caches that use a bean: a {@link javax.cache.integration.CacheLoader}, {@link
 * javax.cache.integration.CacheWriter}, {@link javax.cache.expiry.ExpiryPolicy}, {@link
 * javax.cache.event.CacheEntryListener}, {@link
 * javax.cache.configuration.CacheEntryListenerConfiguration}, {@link
 * dev.corral.jcache.codec.KeyCodec}, {@link dev.corral.jcache.codec.ValueCodec}, {@link
 * dev.corral.jcache.EntryTags} or {@link CorralCacheCustomizer}. On the class of the bean, or on
 * its bean method.
 *
 * <pre>{@code
 * @Bean
 * @ForCache("users")
 * CacheLoader<Long, User> userLoader(UserRepository users) { … }
 * }</pre>
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ForCache {

  /**
   * The names of declared caches, or patterns such as {@code com.shop.*}, in which {@code *} is any
   * text.
   */
  String[] value();
}

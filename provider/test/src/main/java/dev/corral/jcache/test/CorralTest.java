package dev.corral.jcache.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose tests have caches of Corral. A test method, or a method with
 * {@code @BeforeEach} or {@code @AfterEach}, may have parameters of these types:
 *
 * <ul>
 *   <li>{@link javax.cache.CacheManager}: a manager of the test alone
 *   <li>{@link javax.cache.spi.CachingProvider}: the provider of this manager
 *   <li>{@link RedisControl}: outages, delays and expiry
 * </ul>
 *
 * <p>Each test has a key prefix of its own, so tests do not share entries. After the test, its
 * managers are closed and its keys are removed. Tests may run in parallel, except for those that
 * call {@link RedisControl#fill}.
 *
 * <pre>{@code
 * @CorralTest
 * class UsersTest {
 *   @Test
 *   void find_duringAnOutage_readsTheDatabase(CacheManager manager, RedisControl redis) {
 *     Users users = new Users(manager, database);
 *     redis.disconnect();
 *     assertThat(users.find(1)).isEqualTo(ADA);
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CorralExtension.class)
public @interface CorralTest {

  /**
   * The URI of a running Redis, {@code redis://user:password@host:port/database}; one server
   * without TLS. Default: the environment variable {@code REDIS_URL}; without it, the embedded
   * server, which the first test starts and the last one stops.
   */
  String redis() default "";

  /**
   * The first part of the key prefix of each test, for a Redis user whose rights are limited to a
   * prefix. Default: {@code test:}.
   */
  String keyPrefix() default "test:";

  /**
   * The URI of the configuration file, as a cache manager takes it: the name of a resource, {@code
   * classpath:} or {@code file:}. Default: {@code corral.conf} on the class path, if it exists.
   */
  String configuration() default "";

  /**
   * Settings of all managers of the test, each as {@code name = value} without the prefix {@code
   * corral.}, such as {@code defaults.time-to-live = 10m}. They win over those of the file.
   */
  String[] settings() default {};
}

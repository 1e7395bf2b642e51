package dev.corral.spring;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryTags;
import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.codec.ValueCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryListener;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cache.support.NullValue;

/**
 * The beans that caches use, by {@link ForCache}. Listeners, key codecs and customizers add up; of
 * all other kinds a cache has one at most. A key codec or customizer without the annotation is for
 * all caches; a bean of another kind without it is not used. Safe for many threads.
 */
public final class CacheBeans {

  private static final Logger log = LoggerFactory.getLogger(CacheBeans.class);

  private static final List<Class<?>> SINGLE =
      List.of(
          CacheLoader.class,
          CacheWriter.class,
          ExpiryPolicy.class,
          ValueCodec.class,
          EntryTags.class);

  private static final List<Class<?>> SEVERAL =
      List.of(CacheEntryListener.class, CacheEntryListenerConfiguration.class);

  private static final List<Class<?>> FOR_ALL =
      List.of(KeyCodec.class, CorralCacheCustomizer.class);

  private final ListableBeanFactory beans;
  private final List<Candidate> candidates = new ArrayList<>();

  /**
   * @param names the names and patterns of caches; empty for all caches
   */
  private record Candidate(Class<?> type, String bean, List<String> names) {

    boolean isFor(String cacheName) {
      return names.isEmpty() || names.stream().anyMatch(it -> matches(it, cacheName));
    }

    private static boolean matches(String pattern, String cacheName) {
      String regex =
          Arrays.stream(pattern.split("\\*", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".*"));
      return cacheName.matches(regex);
    }
  }

  /** Finds the beans by their types and annotations; creates none of them. */
  public CacheBeans(ListableBeanFactory beans) {
    this.beans = beans;
    SINGLE.forEach(this::find);
    SEVERAL.forEach(this::find);
    FOR_ALL.forEach(this::find);
  }

  private void find(Class<?> type) {
    for (String bean : beans.getBeanNamesForType(type, true, false)) {
      ForCache annotation = beans.findAnnotationOnBean(bean, ForCache.class, false);
      if (annotation != null) {
        candidates.add(new Candidate(type, bean, List.of(annotation.value())));
      } else if (FOR_ALL.contains(type)) {
        candidates.add(new Candidate(type, bean, List.of()));
      } else {
        log.warn(
            "The {} bean '{}' is not used by Corral: name its caches with @ForCache",
            type.getSimpleName(),
            bean);
      }
    }
  }

  /**
   * Checks that the annotations name caches that exist, and that no cache has two beans of a kind
   * of which it can have one.
   *
   * @param declared the names of the declared caches
   * @throws IllegalStateException if not; the message names the beans
   */
  public void check(Collection<String> declared) {
    for (Candidate candidate : candidates) {
      for (String name : candidate.names()) {
        if (!name.contains("*") && !declared.contains(name)) {
          throw new IllegalStateException(
              ("The %s bean '%s' is for the cache '%s', which is not declared; declare it by a"
                      + " property corral.caches.%s.… or spring.cache.cache-names, or correct"
                      + " @ForCache. Declared caches: %s")
                  .formatted(
                      candidate.type().getSimpleName(),
                      candidate.bean(),
                      name,
                      name,
                      declared.isEmpty() ? "none" : String.join(", ", new TreeSet<>(declared))));
        }
      }
    }
    declared.forEach(cache -> SINGLE.forEach(type -> beanOf(type, cache)));
  }

  /** Adds the beans of a cache to its configuration. */
  public void customize(
      String cacheName, CorralConfiguration.Builder<Object, Object> configuration) {
    configuration.standard(it -> addStandard(cacheName, it));
    Candidate codec = beanOf(ValueCodec.class, cacheName);
    if (codec != null) {
      configuration.values(
          ValueOptions.DEFAULTS.withCodec(() -> beans.getBean(codec.bean(), ValueCodec.class)));
    }
    Candidate tags = beanOf(EntryTags.class, cacheName);
    if (tags != null) {
      configuration.tags(() -> ofValues(bean(tags)));
    }
    for (Candidate keys : beansOf(KeyCodec.class, cacheName)) {
      configuration.keyCodec(() -> beans.getBean(keys.bean(), KeyCodec.class));
    }
    for (Candidate customizer : beansOf(CorralCacheCustomizer.class, cacheName)) {
      beans
          .getBean(customizer.bean(), CorralCacheCustomizer.class)
          .customize(cacheName, configuration);
    }
  }

  /** The tags without those of a cached null, which is an object of Spring. */
  private static EntryTags<Object, Object> ofValues(EntryTags<Object, Object> tags) {
    return (key, value) -> value instanceof NullValue ? List.<String>of() : tags.tagsOf(key, value);
  }

  private void addStandard(String cacheName, MutableConfiguration<Object, Object> standard) {
    Candidate loader = beanOf(CacheLoader.class, cacheName);
    if (loader != null) {
      standard.setReadThrough(true).setCacheLoaderFactory(() -> bean(loader));
    }
    Candidate writer = beanOf(CacheWriter.class, cacheName);
    if (writer != null) {
      standard.setWriteThrough(true).setCacheWriterFactory(() -> bean(writer));
    }
    Candidate expiry = beanOf(ExpiryPolicy.class, cacheName);
    if (expiry != null) {
      standard.setExpiryPolicyFactory(() -> bean(expiry));
    }
    for (Candidate listener : beansOf(CacheEntryListener.class, cacheName)) {
      standard.addCacheEntryListenerConfiguration(
          new MutableCacheEntryListenerConfiguration<>(
              () -> bean(listener),
              null,
              /* isOldValueRequired= */ false,
              /* isSynchronous= */ false));
    }
    for (Candidate listener : beansOf(CacheEntryListenerConfiguration.class, cacheName)) {
      standard.addCacheEntryListenerConfiguration(bean(listener));
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <T> T bean(Candidate candidate) {
    return (T) beans.getBean(candidate.bean());
  }

  private List<Candidate> beansOf(Class<?> type, String cacheName) {
    return candidates.stream().filter(it -> it.type().equals(type) && it.isFor(cacheName)).toList();
  }

  private @Nullable Candidate beanOf(Class<?> type, String cacheName) {
    List<Candidate> all = beansOf(type, cacheName);
    if (all.size() > 1) {
      throw new IllegalStateException(
          "The cache '%s' has more than one %s bean: %s; keep one of them, or change @ForCache"
              .formatted(
                  cacheName,
                  type.getSimpleName(),
                  all.stream().map(Candidate::bean).collect(Collectors.joining(", "))));
    }
    return all.isEmpty() ? null : Objects.requireNonNull(all.get(0));
  }
}

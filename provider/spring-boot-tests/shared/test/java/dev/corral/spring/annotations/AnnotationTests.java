package dev.corral.spring.annotations;

import static dev.corral.spring.annotations.AnnotatedService.FAILURES;
import static dev.corral.spring.annotations.AnnotatedService.VALUES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.SimpleKey;

/**
 * What Spring's own tests check for a JCache provider; they are not published. The classes that
 * implement this interface differ in the cache manager of Spring.
 */
interface AnnotationTests {

  /** One that is cached, or for which the cache changes. */
  Class<UnsupportedOperationException> INCLUDED = UnsupportedOperationException.class;

  /** One that is not. */
  Class<NullPointerException> EXCLUDED = NullPointerException.class;

  String KEY = "key";

  AnnotatedService service();

  CacheManager manager();

  @BeforeEach
  default void clear() {
    Stream.of(VALUES, FAILURES, OtherCaches.OTHER).forEach(it -> cache(it).clear());
  }

  @Test
  default void result_secondCall_isCached() {
    String first = service().result(KEY);

    assertThat(service().result(KEY)).isEqualTo(first);
    assertThat(entry(VALUES, KEY)).isEqualTo(first);
  }

  @Test
  default void result_null_isCached() {
    int before = service().calls(KEY);

    assertThat(service().nullResult(KEY)).isNull();
    assertThat(service().nullResult(KEY)).isNull();

    assertThat(service().calls(KEY)).isEqualTo(before + 1);
    assertThat(cache(VALUES).get(KEY)).isNotNull().extracting(Cache.ValueWrapper::get).isNull();
  }

  @Test
  default void result_skipGet_runsAndPuts() {
    String first = service().freshResult(KEY);
    String second = service().freshResult(KEY);

    assertThat(second).isNotEqualTo(first);
    assertThat(entry(VALUES, KEY)).isEqualTo(second);
  }

  @Test
  default void result_partialKey_ignoresOtherArguments() {
    String first = service().resultByFirst(KEY, 1);

    assertThat(service().resultByFirst(KEY, 2)).isEqualTo(first);
    assertThat(entry(VALUES, KEY)).isEqualTo(first);
  }

  @Test
  default void result_twoArguments_hasASimpleKey() {
    String first = service().resultByBoth(KEY, 1);

    assertThat(service().resultByBoth(KEY, 1)).isEqualTo(first);
    assertThat(service().resultByBoth(KEY, 2)).isNotEqualTo(first);
    assertThat(entry(VALUES, new SimpleKey(KEY, 1))).isEqualTo(first);
  }

  @Test
  default void result_keyGenerator_hasItsKey() {
    String first = service().resultByGenerator(KEY);

    assertThat(service().resultByGenerator(KEY)).isEqualTo(first);
    assertThat(cache(VALUES).get(KEY)).isNull();
    assertThat(entry(VALUES, new PrefixedKeys.PrefixedKey("prefix-" + KEY))).isEqualTo(first);
  }

  @Test
  default void result_cacheResolver_isInItsCache() {
    String first = service().resultElsewhere(KEY);

    assertThat(service().resultElsewhere(KEY)).isEqualTo(first);
    assertThat(cache(VALUES).get(KEY)).isNull();
    assertThat(entry(OtherCaches.OTHER, KEY)).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(classes = {UnsupportedOperationException.class, IOException.class})
  default void result_includedException_isCached(Class<? extends Exception> type) {
    int before = service().calls(KEY);

    Throwable first = catchThrowable(() -> service().failing(KEY, type));
    Throwable second = catchThrowable(() -> service().failing(KEY, type));

    assertThat(service().calls(KEY)).isEqualTo(before + 1);
    assertThat(List.of(first, second))
        .allSatisfy(it -> assertThat(it).isInstanceOf(type).hasMessage(KEY + "#" + (before + 1)));
    assertThat(entry(FAILURES, KEY)).isInstanceOf(type);
    assertThat(cache(VALUES).get(KEY)).isNull();
  }

  @Test
  default void result_cachedException_hasTheStackOfItsCaller() {
    Throwable first = catchThrowable(() -> service().failing(KEY, INCLUDED));
    Throwable second = catchThrowable(this::callElsewhere);

    assertThat(methods(first)).doesNotContain("callElsewhere");
    assertThat(methods(second)).contains("callElsewhere");
  }

  private void callElsewhere() throws Exception {
    service().failing(KEY, INCLUDED);
  }

  private static List<String> methods(Throwable failure) {
    return Stream.of(failure.getStackTrace()).map(StackTraceElement::getMethodName).toList();
  }

  @Test
  default void result_excludedException_isNotCached() {
    int before = service().calls(KEY);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> service().failing(KEY, EXCLUDED)).isInstanceOf(EXCLUDED);
    }

    assertThat(service().calls(KEY)).isEqualTo(before + 2);
    assertThat(cache(FAILURES).get(KEY)).isNull();
  }

  @Test
  default void put_stores() throws Exception {
    service().put(KEY, "value", null);

    assertThat(entry(VALUES, KEY)).isEqualTo("value");
  }

  @Test
  default void put_includedException_stores() {
    assertThatThrownBy(() -> service().put(KEY, "value", INCLUDED)).isInstanceOf(INCLUDED);

    assertThat(entry(VALUES, KEY)).isEqualTo("value");
  }

  @Test
  default void put_excludedException_storesNothing() {
    assertThatThrownBy(() -> service().put(KEY, "value", EXCLUDED)).isInstanceOf(EXCLUDED);

    assertThat(cache(VALUES).get(KEY)).isNull();
  }

  @Test
  default void putBefore_stores() throws Exception {
    service().putBefore(KEY, "value", null);

    assertThat(entry(VALUES, KEY)).isEqualTo("value");
  }

  @Test
  default void putBefore_anyException_stores() {
    assertThatThrownBy(() -> service().putBefore(KEY, "value", EXCLUDED)).isInstanceOf(EXCLUDED);

    assertThat(entry(VALUES, KEY)).isEqualTo("value");
  }

  @Test
  default void remove_removes() throws Exception {
    cache(VALUES).put(KEY, "value");

    service().remove(KEY, null);

    assertThat(cache(VALUES).get(KEY)).isNull();
  }

  @Test
  default void remove_includedException_removes() {
    cache(VALUES).put(KEY, "value");

    assertThatThrownBy(() -> service().remove(KEY, INCLUDED)).isInstanceOf(INCLUDED);

    assertThat(cache(VALUES).get(KEY)).isNull();
  }

  @Test
  default void remove_excludedException_keeps() {
    cache(VALUES).put(KEY, "value");

    assertThatThrownBy(() -> service().remove(KEY, EXCLUDED)).isInstanceOf(EXCLUDED);

    assertThat(entry(VALUES, KEY)).isEqualTo("value");
  }

  @Test
  default void removeBefore_anyException_removes() {
    cache(VALUES).put(KEY, "value");

    assertThatThrownBy(() -> service().removeBefore(KEY, EXCLUDED)).isInstanceOf(EXCLUDED);

    assertThat(cache(VALUES).get(KEY)).isNull();
  }

  @Test
  default void removeAll_removesAll() throws Exception {
    fill();

    service().removeAll(null);

    assertThat(nativeEntries()).isEmpty();
  }

  @Test
  default void removeAll_includedException_removesAll() {
    fill();

    assertThatThrownBy(() -> service().removeAll(INCLUDED)).isInstanceOf(INCLUDED);

    assertThat(nativeEntries()).isEmpty();
  }

  @Test
  default void removeAll_excludedException_keepsAll() {
    fill();

    assertThatThrownBy(() -> service().removeAll(EXCLUDED)).isInstanceOf(EXCLUDED);

    assertThat(nativeEntries()).hasSize(2);
  }

  @Test
  default void removeAllBefore_anyException_removesAll() {
    fill();

    assertThatThrownBy(() -> service().removeAllBefore(EXCLUDED)).isInstanceOf(EXCLUDED);

    assertThat(nativeEntries()).isEmpty();
  }

  private void fill() {
    cache(VALUES).put(KEY, "value");
    cache(VALUES).put(new SimpleKey("a", 2), "other");
  }

  private Iterable<?> nativeEntries() {
    return (javax.cache.Cache<?, ?>) cache(VALUES).getNativeCache();
  }

  private Cache cache(String name) {
    return Objects.requireNonNull(manager().getCache(name));
  }

  private @Nullable Object entry(String cache, Object key) {
    return Objects.requireNonNull(cache(cache).get(key), "no entry").get();
  }
}

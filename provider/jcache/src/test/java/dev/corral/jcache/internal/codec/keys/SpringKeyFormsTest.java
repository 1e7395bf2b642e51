package dev.corral.jcache.internal.codec.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.codec.values.AllowList;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.cache.interceptor.SimpleKeyGenerator;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.domain.Sort.Order;

/** Keys of Spring and Spring Data, with the real classes. Nothing but the JDK is allowed. */
@NullUnmarked
class SpringKeyFormsTest {

  private final KeyCodecs codecs =
      new KeyCodecs(List.of(), AllowList.of(List.of()), getClass().getClassLoader());

  private static Object keyOf(Object... arguments) {
    return SimpleKeyGenerator.generateKey(arguments);
  }

  @Test
  void encode_keysOfSpringsGenerator_areReadable() {
    Map<Object, String> texts = new HashMap<>();
    texts.put(keyOf(), "#spring:()");
    texts.put(keyOf("alice", 3), "#spring:(alice,#int:3)");
    texts.put(keyOf((Object) null), "#spring:(#null)");
    texts.put(keyOf(1L, null, Locale.GERMANY), "#spring:(1,#null,#locale:de-DE)");
    texts.put(keyOf("", "a,b(c)\\"), "#spring:(',a\\,b\\(c\\)\\\\)");
    texts.put(keyOf((Object) new long[] {1, 2}), "#spring:(#array:long(1,2))");
    texts.put(keyOf((Object) new String[] {"a", null}), "#spring:(#objects:(a,#null))");
    texts.put(keyOf("x", new byte[] {1, 2}), "#spring:(x,#bytes:AQI)");
    texts.put(keyOf("x", List.of(1L), Map.entry("k", 2L)), "#spring:(x,#list:(1),#entry:(k,2))");
    texts.put(
        keyOf(PageRequest.of(2, 20, Sort.by("name")), LocalDate.of(2026, 1, 31)),
        "#spring:(#spring-page:(2,20,#spring-sort:(name ASC)),#local-date:2026-01-31)");

    texts.forEach(
        (key, text) -> {
          assertThat(codecs.encode(key)).isEqualTo(text);
          assertThat(codecs.decode(text)).isEqualTo(key).hasSameClassAs(key);
        });
  }

  /** SimpleKey compares arrays by their elements, so their types do not matter. */
  @Test
  void encode_equalSimpleKeys_haveOneText() {
    Object strings = keyOf("x", new Object[] {new String[] {"a"}, 1});
    Object objects = keyOf("x", new Object[] {new Object[] {"a"}, 1});

    assertThat(strings).isEqualTo(objects);
    assertThat(codecs.encode(strings)).isEqualTo(codecs.encode(objects));
    assertThat(codecs.decode(codecs.encode(strings))).isEqualTo(strings);
  }

  @Test
  void encode_differentSimpleKeys_haveDifferentTexts() {
    List<Object> keys =
        List.of(
            keyOf(),
            keyOf((Object) null),
            keyOf(null, null),
            keyOf("a", "b"),
            keyOf("a,b", ""),
            keyOf("a", "b", ""),
            keyOf("a", new String[] {"b"}),
            keyOf("a", List.of("b")),
            keyOf("a", 1),
            keyOf("a", 1L),
            keyOf("a", "1"),
            keyOf("a", new int[] {1}),
            keyOf("a", new Integer[] {1}),
            new SimpleKey("a"),
            Arrays.asList("a", "b"));

    assertThat(keys.stream().map(codecs::encode)).doesNotHaveDuplicates();
  }

  @Test
  void encode_pagesAndSorts_areReversible() {
    Sort sort =
        Sort.by(
            Order.desc("a b ASC").ignoreCase().nullsLast(),
            Order.asc("IGNORE_CASE"),
            Order.by("x NULLS_FIRST").nullsFirst(),
            Order.asc("x,y(z)"));
    List<Object> keys =
        List.of(
            sort,
            Sort.unsorted(),
            Sort.by("a"),
            Sort.by("a", "b"),
            Sort.by("a").descending(),
            PageRequest.of(0, 1),
            PageRequest.of(1, 0x7fffffff, sort),
            PageRequest.ofSize(20).withPage(3),
            Pageable.unpaged(),
            Pageable.unpaged(Sort.by("a")));

    assertThat(keys.stream().map(codecs::encode)).doesNotHaveDuplicates();
    for (Object key : keys) {
      assertThat(codecs.decode(codecs.encode(key))).isEqualTo(key);
    }
    assertThat(codecs.encode(sort))
        .isEqualTo(
            "#spring-sort:(a b ASC DESC IGNORE_CASE NULLS_LAST,IGNORE_CASE ASC,"
                + "x NULLS_FIRST ASC NULLS_FIRST,x\\,y\\(z\\) ASC)");
  }

  record Person(String name) {
    String getName() {
      return name;
    }
  }

  @Test
  void encode_typedSort_isThatOfTheEqualSort() {
    Sort typed = Sort.sort(Named.class).by(Named::getName).ascending();

    assertThat(typed).isEqualTo(Sort.by("name"));
    assertThat(codecs.encode(typed)).isEqualTo(codecs.encode(Sort.by("name")));
  }

  /** An interface, which Spring Data can record. */
  public interface Named {
    String getName();
  }

  @Test
  void decode_malformedText_isRefused() {
    for (String text :
        List.of(
            "#spring:",
            "#spring:x",
            "#spring-page:(0,1)",
            "#spring-page:(0,1,2)",
            "#spring-page:(-1,1,#spring-sort:())",
            "#spring-page:(0,0,#spring-sort:())",
            "#spring-page:(99999999999,1,#spring-sort:())",
            "#spring-page:(#int:0,#int:1,#spring-sort:())",
            "#spring-sort:(a)",
            "#spring-sort:( ASC)",
            "#spring-sort:(a asc)",
            "#spring-sort:(a ASC NATIVE)",
            "#spring-sort:(#int:1)",
            "#spring-unpaged:(#null)")) {
      assertThatThrownBy(() -> codecs.decode(text)).as(text).isInstanceOf(CacheException.class);
    }
  }

  @Test
  void decode_classRefusedByAPattern_isRefused() {
    KeyCodecs strict =
        new KeyCodecs(
            List.of(),
            AllowList.of(List.of("!org.springframework.**")),
            getClass().getClassLoader());

    assertThatThrownBy(() -> strict.decode("#spring:(a,b)"))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("SimpleKey");
  }

  @Test
  void encode_argumentWithoutForm_namesIt() {
    assertThatThrownBy(() -> codecs.encode(keyOf("a", new Thread())))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("java.lang.Thread");
    Object[] cyclic = new Object[1];
    cyclic[0] = cyclic;
    assertThatThrownBy(() -> codecs.encode(new Holder(cyclic))).isInstanceOf(CacheException.class);
  }

  record Holder(Object content) {}

  @Test
  void decode_argumentOfAnotherClass_needsIt() {
    Object key = keyOf("a", new Person("b"));
    String text = codecs.encode(key);
    KeyCodecs allowing =
        new KeyCodecs(
            List.of(), AllowList.of(List.of(Person.class.getName())), getClass().getClassLoader());

    assertThatThrownBy(() -> codecs.decode(text)).hasMessageContaining("allowed-classes");
    assertThat(allowing.decode(text)).isEqualTo(key);
    assertThat(codecs.encode(keyOf(UUID.fromString("1-2-3-4-5"), 1L)))
        .isEqualTo("#spring:(#uuid:00000001-0002-0003-0004-000000000005,1)");
  }
}

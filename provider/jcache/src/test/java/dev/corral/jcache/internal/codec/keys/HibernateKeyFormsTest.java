package dev.corral.jcache.internal.codec.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.codec.values.AllowList;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hibernate.cache.internal.BasicCacheKeyImplementation;
import org.hibernate.cache.internal.CacheKeyImplementation;
import org.hibernate.cache.internal.NaturalIdCacheKey;
import org.hibernate.cache.spi.QueryKey;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class HibernateKeyFormsTest {

  private static final String HERE = HibernateKeyFormsTest.class.getName();

  enum Kind {
    HARD,
    SOFT
  }

  static final class BookId implements Serializable {
    private static final long serialVersionUID = 1;
    private final Kind kind;
    private final int number;

    BookId(int number, Kind kind) {
      this.number = number;
      this.kind = kind;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof BookId that && that.number == number && that.kind == kind;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  private static KeyCodecs codecs() {
    return new KeyCodecs(
        List.of(),
        AllowList.of(List.of(HERE + "$*")),
        HibernateKeyFormsTest.class.getClassLoader());
  }

  private static List<Object> keys() throws Exception {
    Object[] composite = {Kind.SOFT, 7L, UUID.fromString("00000000-0000-0001-0000-000000000002")};
    return List.of(
        new BasicCacheKeyImplementation(42L, "com.shop.Book", 42),
        new BasicCacheKeyImplementation(Kind.HARD, "com.shop.Book", Kind.HARD.hashCode()),
        new BasicCacheKeyImplementation(
            new BookId(3, Kind.SOFT), "com.shop.Book", Kind.SOFT.hashCode()),
        new CacheKeyImplementation(
            composite, "com.shop.Book.pages", "tenant", Arrays.hashCode(composite)),
        new CacheKeyImplementation(42L, "com.shop.Book", null, 42),
        new NaturalIdCacheKey("isbn-1", "com.shop.Book", null, 5),
        new NaturalIdCacheKey(composite, "com.shop.Book", null, Arrays.hashCode(composite)),
        query("select b.id from Book b where b.kind=? and b.n in (?,?)", Kind.SOFT, 1, 2L, null));
  }

  private static QueryKey query(String sql, Object... values) throws Exception {
    Class<?> type =
        Class.forName(
            "org.hibernate.query.internal.QueryParameterBindingsImpl$ParameterBindingsMementoImpl");
    Constructor<?> memento = type.getDeclaredConstructor(Object[].class, int.class);
    memento.setAccessible(true);
    Constructor<?> key = QueryKey.class.getConstructors()[0];
    return (QueryKey)
        key.newInstance(
            sql, memento.newInstance(values, Arrays.hashCode(values)), 1, null, Set.of("filter"));
  }

  @Test
  void encode_simpleId_isReadable() throws Exception {
    assertThat(codecs().encode(keys().get(0))).isEqualTo("#hibernate:com.shop.Book(42)");
    assertThat(codecs().encode(keys().get(2)))
        .isEqualTo(
            "#hibernate:com.shop.Book(#object:%s$BookId(#enum:%s$Kind:SOFT,#int:3))"
                .formatted(HERE, HERE));
    assertThat(codecs().encode(keys().get(5)))
        .isEqualTo("#hibernate-natural:com.shop.Book(isbn-1,#null)");
  }

  @Test
  void encode_differentKeys_haveDifferentTexts() throws Exception {
    KeyCodecs codecs = codecs();
    List<Object> keys = new ArrayList<>(keys());
    keys.add(query("select 1", 1));
    keys.add(query("select 1", 1L));
    keys.add(query("select 1"));
    keys.add(new BasicCacheKeyImplementation(42, "com.shop.Book", 42));
    keys.add(new BasicCacheKeyImplementation("42", "com.shop.Book", 42));
    keys.add(new CacheKeyImplementation(42L, "com.shop.Book", "t", 42));

    assertThat(keys.stream().map(codecs::encode)).doesNotHaveDuplicates();
  }

  @Test
  void decode_anyKey_hasTheSameText() throws Exception {
    KeyCodecs codecs = codecs();
    for (Object key : keys()) {
      Object read = codecs.decode(codecs.encode(key));

      assertThat(read).hasSameClassAs(key);
      assertThat(codecs.encode(read)).isEqualTo(codecs.encode(key));
    }
    assertThat(codecs.decode(codecs.encode(keys().get(2)))).isEqualTo(keys().get(2));
  }

  @Test
  void encode_anotherJvmWithOtherHashCodes_hasTheSameText() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HERE)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines =
        new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(other.waitFor()).isZero();
    List<Object> keys = keys();
    assertThat(lines.subList(1, lines.size()))
        .isEqualTo(keys.stream().map(codecs()::encode).toList());
    assertThat(lines.get(0)).isNotEqualTo(String.valueOf(keys.get(3).hashCode()));
  }

  /** Prints the hash of the composite id, then the texts of all keys. */
  public static void main(String[] arguments) throws Exception {
    java.io.PrintStream out = new java.io.PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(keys().get(3).hashCode());
    keys().stream().map(codecs()::encode).forEach(out::println);
  }
}

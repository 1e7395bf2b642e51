package dev.corral.jcache.internal.codec.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.internal.codec.values.AllowList;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Plain classes that are equal by their fields, by one line of configuration; and entities. */
@NullUnmarked
@SuppressWarnings("EqualsGetClass")
class FieldsKeyFormTest {

  private static final String HERE = FieldsKeyFormTest.class.getName();

  /** As an IDE or Lombok generates it. */
  static class ProductKey {
    static int instances;
    private final String sku;
    private final Object part;
    private final int version;
    private transient int hash;

    ProductKey(String sku, Object part, int version) {
      instances++;
      this.sku = sku;
      this.part = part;
      this.version = version;
    }

    @Override
    public boolean equals(Object other) {
      return other != null
          && other.getClass() == getClass()
          && ((ProductKey) other).version == version
          && Objects.equals(((ProductKey) other).sku, sku)
          && Objects.equals(((ProductKey) other).part, part);
    }

    @Override
    public int hashCode() {
      hash = hash == 0 ? Objects.hash(sku, part, version) : hash;
      return hash;
    }
  }

  static final class Sub extends ProductKey {
    Sub() {
      super("a", null, 1);
    }
  }

  /** Its equals compares a field that is not written. */
  static final class Stateful {
    final transient int state = new Random().nextInt();

    @Override
    public boolean equals(Object other) {
      return other instanceof Stateful that && that.state == state;
    }

    @Override
    public int hashCode() {
      return state;
    }
  }

  static final class NoEquals {
    int number = 1;
  }

  @Entity
  static class Customer {
    @Id long id;

    @Override
    public boolean equals(Object other) {
      return other instanceof Customer that && that.id == id;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id);
    }
  }

  static final class CustomerProxy extends Customer {}

  private static KeyCodecs with(Class<?>... types) {
    return new KeyCodecs(
        Arrays.<Class<?>>stream(types).<KeyCodec<?>>map(KeyCodec::ofFields).toList(),
        AllowList.of(List.of()),
        FieldsKeyFormTest.class.getClassLoader());
  }

  @Test
  void encode_configuredClass_hasItsFields() {
    KeyCodecs codecs = with(ProductKey.class);
    ProductKey key = new ProductKey("a,b", new ProductKey(null, List.of(1L), 2), 1);
    int before = key.hashCode();
    int instances = ProductKey.instances;

    String text = codecs.encode(key);

    assertThat(text)
        .isEqualTo(
            "#fields:%1$s$ProductKey(#fields:%1$s$ProductKey(#list:(1),#null,#int:2),a\\,b,#int:1)"
                .formatted(HERE));
    assertThat(codecs.decode(text)).isEqualTo(key).hasSameHashCodeAs(before);
    assertThat(ProductKey.instances).isEqualTo(instances);
  }

  @Test
  void encode_generatedKeys_isInjectiveAndReversible() {
    KeyCodecs codecs = with(ProductKey.class);
    Random random = new Random(3);
    List<String> pieces = Arrays.asList("", "a", "A", ",", "(", ")", "\\", "'", "#null", "1", null);
    Map<Object, String> texts = new HashMap<>();
    Map<String, Object> keys = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      Object key = "x";
      for (int depth = random.nextInt(3); depth >= 0; depth--) {
        key = new ProductKey(pieces.get(random.nextInt(pieces.size())), key, random.nextInt(2));
      }
      Object same = key;
      String text = codecs.encode(key);
      assertThat(texts.merge(key, text, (one, two) -> one)).isEqualTo(text);
      assertThat(keys.merge(text, key, (one, two) -> one)).isEqualTo(same);
      assertThat(codecs.decode(text)).isEqualTo(key);
    }
    assertThat(texts).hasSameSizeAs(keys).hasSizeGreaterThan(400);
  }

  @Test
  void encode_otherClass_namesTheLineOfConfiguration() {
    KeyCodecs codecs = with();

    assertThatThrownBy(() -> codecs.encode(new ProductKey("a", null, 1)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("keyCodec(() -> KeyCodec.ofFields(ProductKey.class))");
    assertThatThrownBy(() -> with(ProductKey.class).encode(new Sub()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("Sub");
    assertThatThrownBy(() -> codecs.encode(new NoEquals()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("equals and hashCode");
  }

  @Test
  void encode_equalsOfMoreThanTheFields_isRefused() {
    KeyCodecs codecs = with(Stateful.class);

    assertThatThrownBy(() -> codecs.encode(new Stateful()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("not equal by its fields");
  }

  @Test
  void ofFields_unfitClass_isRefused() {
    for (Class<?> type :
        List.of(NoEquals.class, int.class, int[].class, List.class, Thread.State.class)) {
      assertThatThrownBy(() -> KeyCodec.ofFields(type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName());
    }
    for (Class<?> type : List.of(Customer.class, java.util.ArrayList.class)) {
      assertThatThrownBy(() -> with(type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName());
    }
  }

  @Test
  void encode_entityOrItsProxy_namesTheId() {
    KeyCodecs codecs = with();

    for (Object key : List.of(new Customer(), new CustomerProxy(), List.of(new Customer()))) {
      assertThatThrownBy(() -> codecs.encode(key))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("Customer is a JPA entity")
          .hasMessageContaining("@Cacheable(key = \"#customer.id\")");
    }
  }

  @Test
  void decode_classThatIsNotConfigured_isNotLoaded() {
    KeyCodecs codecs = with(ProductKey.class);

    for (String text :
        List.of(
            "#fields:java.lang.Thread(a)",
            "#fields:%s$Sub(#null,a,#int:1)".formatted(HERE),
            "#fields:%s$ProductKey(#null,a)".formatted(HERE),
            "#fields:%s$ProductKey(#null,#int:1,a)".formatted(HERE),
            "#fields:no.such.Class()")) {
      assertThatThrownBy(() -> codecs.decode(text)).as(text).isInstanceOf(CacheException.class);
    }
  }
}

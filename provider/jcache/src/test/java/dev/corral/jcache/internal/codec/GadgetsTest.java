package dev.corral.jcache.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.Gadgets.Carrier;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.ClassCodes;
import dev.corral.jcache.internal.codec.values.KryoValueCodec;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Stored bytes and keys that name classes which are not allowed. None of them is initialized. */
class GadgetsTest {

  private static final String HERE = Gadgets.class.getName();

  private final Table table = new Table();

  /** A class table that publishes at once. */
  private static final class Table implements ClassCodes {
    private final Map<Long, String> names = new ConcurrentHashMap<>();

    @Override
    public boolean publish(long code, String className) {
      names.put(code, className);
      return true;
    }

    @Override
    public @Nullable String nameOf(long code) {
      return names.get(code);
    }
  }

  private static AllowList allowed(String... patterns) {
    return AllowList.of(List.of(patterns));
  }

  /** Values that contain a gadget, or its class, in every place. */
  private static List<Object> values() {
    List<Object> values = new ArrayList<>();
    for (Object gadget : Gadgets.all()) {
      Class<?> type = gadget.getClass();
      Object array = Array.newInstance(type, 1);
      Array.set(array, 0, gadget);
      values.addAll(
          List.of(
              gadget,
              type,
              array,
              Array.newInstance(type, 0),
              Array.newInstance(type, 0, 0),
              Array.newInstance(type, 0).getClass(),
              new ArrayList<>(List.of(gadget)),
              List.of("a", gadget),
              Arrays.asList(type),
              Map.of("k", gadget),
              new ConcurrentHashMap<>(Map.of(gadget, "v")),
              Optional.of(gadget),
              new AtomicReference<>(gadget)));
      if (gadget instanceof java.io.Serializable) {
        values.addAll(
            List.of(
                new Carrier(gadget),
                new Carrier(type),
                new Carrier(array),
                new Carrier(Array.newInstance(type, 0)),
                new Carrier(new ArrayList<>(List.of(gadget)))));
      }
    }
    Comparator<Object> order = new Gadgets.Order();
    values.addAll(
        List.of(
            new TreeSet<>(order),
            new TreeMap<>(order),
            EnumSet.noneOf(Gadgets.Constant.class),
            EnumSet.of(Gadgets.Constant.ONE),
            new EnumMap<>(Map.of(Gadgets.Constant.ONE, 1)),
            new EnumMap<>(Gadgets.Constant.class),
            new Carrier(new TreeSet<>(order)),
            new Carrier(EnumSet.of(Gadgets.Constant.ONE)),
            new Carrier(new EnumMap<>(Map.of(Gadgets.Constant.ONE, 1)))));
    return values;
  }

  @Test
  void decode_valueWithAClassThatIsNotAllowed_initializesNoClass() {
    ClassLoader loader = Gadgets.loader();
    AllowList strict = allowed(HERE + "$Carrier");
    int forms = 0;
    for (ClassCodes codes : List.of(ClassCodes.NONE, table)) {
      KryoValueCodec writer =
          new KryoValueCodec(Gadgets.class.getClassLoader(), allowed("*"), codes);
      KryoValueCodec reader = new KryoValueCodec(loader, strict, codes);
      for (Object value : values()) {
        byte[] bytes = writer.encode(value);
        assertThatThrownBy(() -> reader.decode(bytes, 0))
            .as("%s", value.getClass())
            .isInstanceOf(UndecodableValueException.class);
        forms++;
      }
    }
    assertThat(forms).isGreaterThan(200);
    assertThat(Gadgets.initializedBy(loader)).isEmpty();
  }

  /** The forms are right: a reader that allows the classes reads them, and initializes them. */
  @Test
  void decode_valueWithAllowedClasses_isTheValue() {
    ClassLoader loader = Gadgets.loader();
    KryoValueCodec writer =
        new KryoValueCodec(Gadgets.class.getClassLoader(), allowed("*"), ClassCodes.NONE);
    KryoValueCodec reader = new KryoValueCodec(loader, allowed("*"), ClassCodes.NONE);
    for (Object value : values()) {
      assertThat(reader.decode(writer.encode(value), 0)).isNotNull();
    }
    assertThat(Gadgets.initializedBy(loader)).hasSize(8);
  }

  @Test
  void decode_keyWithAClassThatIsNotAllowed_initializesNoClass() {
    ClassLoader loader = Gadgets.loader();
    KeyCodecs keys = new KeyCodecs(List.of(), allowed(), loader);
    List<String> texts = new ArrayList<>();
    for (Object gadget : Gadgets.all()) {
      String name = gadget.getClass().getName();
      for (String type : List.of(name, "[L" + name + ";", "[[L" + name + ";")) {
        for (String form :
            List.of(
                "#record:%s(#int:1)",
                "#record:%s()",
                "#object:%s(#int:1)",
                "#fields:%s(#int:1)",
                "#data:%s(#int:1)",
                "#spring:(a,#enum:%s:ONE)",
                "#spring-page:(0,1,#class:%s)",
                "#spring-sort:(#class:%s)",
                "#array:%s()",
                "#array:%s(#null)",
                "#enum:%s:ONE",
                "#class:%s",
                "#hibernate:%s(#class:%1$s)",
                "#hibernate-tenant:x(#enum:%s:ONE,#null)")) {
          texts.add(form.formatted(type));
          texts.add("#list:(" + form.formatted(type) + ")");
          texts.add("#map:(a," + form.formatted(type) + ")");
        }
      }
    }
    for (String text : texts) {
      assertThatThrownBy(() -> keys.decode(text)).as(text).isInstanceOf(CacheException.class);
    }
    assertThat(texts).hasSizeGreaterThan(500);
    assertThat(Gadgets.initializedBy(loader)).isEmpty();
  }
}

package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.collect.ImmutableMap;
import dev.corral.jcache.internal.codec.values.MissingClasses.Place;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What a refusal says: all classes that are missing, their places, the patterns. */
@NullUnmarked
@SuppressWarnings({"unused", "NonApiType", "serial"})
class MissingClassesTest {

  private static final String HERE = MissingClassesTest.class.getName() + "$";
  private static final String PATTERN = "dev.corral.jcache.internal.codec.values.*";

  static class Order extends Document {
    List<Line> lines = new ArrayList<>();
    Map<Size, Label> labels = new TreeMap<>(new BySize());
    Optional<Note> note = Optional.of(new Note("x"));
    Object any;
    Gift gift;
    transient Secret secret = new Secret();
    static final Secret CONSTANT = new Secret();
  }

  static class Document {
    Author author = new Author();
  }

  static class Author {
    Author self = this;
  }

  record Line(Product product, int count) {}

  static class Product {
    Label[] labels = {new Label()};
  }

  static class Label {}

  record Note(String text) {}

  static class Gift {
    Ribbon ribbon;
  }

  static class Ribbon {}

  static class Secret {}

  enum Size {
    SMALL
  }

  static final class BySize implements Comparator<Size>, Serializable {
    @Override
    public int compare(Size one, Size two) {
      return one.compareTo(two);
    }
  }

  sealed interface Shape permits Circle, Square {}

  record Circle(Color color) implements Shape {}

  record Square(Shape inner) implements Shape {}

  enum Color {
    RED
  }

  interface Animal {}

  static class Zoo<T extends Shape> {
    Shape shape;
    Animal animal;
    Map<String, ? extends List<Note[]>> notes;
    T other;
    int[] numbers;
    URL url;
    ImmutableMap<String, Label> byName;
    Zoo<T> next;
  }

  private static Order order() {
    Order order = new Order();
    order.lines.add(new Line(new Product(), 1));
    order.labels.put(Size.SMALL, new Label());
    return order;
  }

  private static KryoValueCodec codec(String... patterns) {
    return new KryoValueCodec(
        MissingClassesTest.class.getClassLoader(),
        AllowList.of(List.of(patterns)),
        ClassCodes.NONE);
  }

  @Test
  void encode_classesThatAreNotAllowed_areAllNamedAtOnce() {
    assertThatThrownBy(() -> codec().encode(order()))
        .isInstanceOf(CacheException.class)
        .hasMessage(
            ("8 classes of a value of class %1$sOrder are not allowed in this cache: add the pattern"
                    + " '%2$s' to allowed-classes (CorralConfiguration.allowedClasses). Missing:"
                    + " %1$sOrder, %1$sAuthor (author), %1$sLine (lines[0]), %1$sSize (labels{key}),"
                    + " %1$sLabel (labels{value}), %1$sBySize (labels.comparator()),"
                    + " %1$sNote (note.get()), %1$sProduct (lines[0].product)."
                    + " By their types, its fields may also hold: %1$sGift (gift),"
                    + " %1$sRibbon (gift.ribbon)")
                .formatted(HERE, PATTERN));
    assertThat(codec(PATTERN).decode(codec(PATTERN).encode(order()), 0)).isInstanceOf(Order.class);
  }

  @Test
  void encode_oneClassThatIsNotAllowed_isNamedWithItsPlace() {
    assertThatThrownBy(() -> codec().encode(List.of(new Note("x"))))
        .isInstanceOf(CacheException.class)
        .hasMessage(
            "Class %1$sNote ([0]) is not allowed in this cache: add the pattern '%1$sNote' to"
                    .formatted(HERE)
                + " allowed-classes (CorralConfiguration.allowedClasses)");
  }

  @Test
  void encode_whatNoPatternAllows_isNamedToo() {
    Order order = order();
    order.any = (Supplier<Integer> & Serializable) () -> 1;
    assertThatThrownBy(() -> codec().encode(order))
        .hasMessageContaining("add the pattern '" + PATTERN + "'")
        .hasMessageContaining(
            "No pattern helps against this: A lambda or hidden class cannot be stored")
        .hasMessageContaining("(any)");
    assertThatThrownBy(() -> codec(PATTERN).encode(order))
        .hasMessageStartingWith("A lambda or hidden class cannot be stored");
    order.any =
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Animal.class}, (a, b, c) -> null);
    assertThatThrownBy(() -> codec(PATTERN).encode(order))
        .hasMessageContaining("dynamic proxy")
        .hasMessageContaining("(any)");
    order.any = null;
    assertThatThrownBy(() -> codec("!" + HERE + "Note", PATTERN).encode(order))
        .hasMessageContaining("refused by a pattern with !")
        .hasMessageContaining("(note.get())");
  }

  @Test
  void encode_valuesThatAreRefused_areCounted() {
    AllowList list = AllowList.of(List.of());
    KryoValueCodec codec = new KryoValueCodec(getClass().getClassLoader(), list, ClassCodes.NONE);
    assertThat(list.refusals().values()).isZero();

    for (Object value : List.of(order(), new Note("a"), new Note("b"), Size.SMALL)) {
      assertThat(catchThrowable(() -> codec.encode(value))).isInstanceOf(CacheException.class);
    }

    assertThat(list.refusals().values()).isEqualTo(4);
    assertThat(list.refusals().classes()).hasSize(8).contains(HERE + "Note", HERE + "Size");
    assertThat(list.refusals().patterns()).containsExactly(PATTERN);
  }

  /** A cycle, a large value, and one whose class is found only by its Java serialization. */
  @Test
  void encode_unusualValue_isRefusedWithItsClass() {
    List<Object> list = new ArrayList<>();
    Map<String, Object> map = new HashMap<>();
    list.add(map);
    map.put("list", list);
    map.put("note", new Note("x"));
    for (int i = 0; i < 200_000; i++) {
      list.add("text" + i);
    }
    assertThatThrownBy(() -> codec().encode(list)).hasMessageContaining("Note ([0]{value})");
    assertThatThrownBy(() -> codec(HERE + "Hidden").encode(new Hidden()))
        .hasMessageContaining(HERE + "Label (in the Java serialization of an object)");
  }

  static final class Hidden implements Serializable {
    private transient Label label = new Label();

    private void writeObject(java.io.ObjectOutputStream out) throws java.io.IOException {
      out.writeObject(label);
    }
  }

  @Test
  void ofType_class_namesWhatItsFieldsDeclare() {
    MissingClasses missing = MissingClasses.ofType(Zoo.class, AllowList.of(List.of()));

    assertThat(missing.missing())
        .containsExactlyInAnyOrder(
            new Place(HERE + "Zoo", ""),
            new Place(HERE + "Circle", "shape"),
            new Place(HERE + "Square", "shape"),
            new Place(HERE + "Color", "shape.color"),
            new Place(HERE + "Note", "notes{value}[][]"),
            new Place("java.net.URL", "url"),
            new Place(HERE + "Label", "byName{value}"));
    assertThat(missing.open()).containsExactly(new Place(HERE + "Animal", "animal"));
    assertThat(missing.patterns()).containsExactly(PATTERN, "java.net.URL");
    assertThat(MissingClasses.ofType(Zoo.class, AllowList.of(missing.patterns())).missing())
        .isEmpty();
  }
}

package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.codec.values.GeneratedGraph.Hooked;
import dev.corral.jcache.internal.codec.values.GeneratedGraph.Names;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One value is one graph: shared objects stay shared, and cycles are restored or refused. */
@NullUnmarked
@SuppressWarnings({
  "JdkObsolete",
  "NonApiType",
  "unchecked",
  "rawtypes",
  "serial",
  "unused",
  "ReferenceEquality"
})
class ObjectGraphTest {

  /** Not Serializable. */
  static class Child {
    Object parent;
    Object friend;

    Child() {}

    Child(Object parent) {
      this.parent = parent;
    }
  }

  static final class Index extends HashMap<Object, Object> {
    @Serial private static final long serialVersionUID = 1;
    Object extra;
  }

  public static final class Outer implements Externalizable {
    @Serial private static final long serialVersionUID = 1;
    Object content;

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
      out.writeObject(content);
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
      content = in.readObject();
    }
  }

  static Stream<Supplier<Collection<Object>>> collections() {
    return Stream.of(
        ArrayList::new,
        LinkedList::new,
        Vector::new,
        Stack::new,
        HashSet::new,
        LinkedHashSet::new,
        ConcurrentLinkedQueue::new,
        LinkedBlockingDeque::new,
        Names::new,
        () -> Collections.synchronizedList(new ArrayList<>()),
        () -> Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  @ParameterizedTest
  @MethodSource("collections")
  void decode_anyCollection_keepsSharedElements(Supplier<Collection<Object>> kind) {
    Collection<Object> collection = kind.get();
    Child child = new Child();
    collection.add(child);

    Object[] read = RoundTrip.of(new Object[] {child, collection, collection});

    assertThat(read[1]).isSameAs(read[2]).hasSameClassAs(collection);
    assertThat(((Collection<?>) read[1]).iterator().next()).isSameAs(read[0]);
  }

  @ParameterizedTest
  @MethodSource("collections")
  void decode_childOfAnyCollection_knowsItsParent(Supplier<Collection<Object>> kind) {
    Child root = new Child();
    Collection<Object> children = kind.get();
    root.friend = children;
    children.add(new Child(root));

    Child read = RoundTrip.of(root);

    assertThat(((Child) ((Collection<?>) read.friend).iterator().next()).parent).isSameAs(read);
  }

  static Stream<Supplier<Map<Object, Object>>> maps() {
    return Stream.of(
        HashMap::new,
        LinkedHashMap::new,
        ConcurrentHashMap::new,
        Hashtable::new,
        IdentityHashMap::new,
        Index::new,
        () -> (Map) new EnumMap<>(TimeUnit.class));
  }

  @ParameterizedTest
  @MethodSource("maps")
  void decode_childOfAnyMap_knowsItsParent(Supplier<Map<Object, Object>> kind) {
    Map<Object, Object> map = kind.get();
    map.put(TimeUnit.DAYS, new Child(map));

    Map<?, ?> read = RoundTrip.of(map);

    assertThat(read).hasSameClassAs(map);
    assertThat(((Child) read.get(TimeUnit.DAYS)).parent).isSameAs(read);
  }

  @Test
  void decode_subclassOfACollection_keepsItsFieldsAndSharing() {
    Names names = new Names();
    Child child = new Child(names);
    names.add(child);
    names.extra = child;
    Index index = new Index();
    index.put(child, names);
    index.extra = index;

    Index read = RoundTrip.of(index);

    Names readNames = (Names) read.values().iterator().next();
    assertThat(read.extra).isSameAs(read);
    assertThat(readNames.extra).isSameAs(readNames.get(0));
    assertThat(((Child) readNames.extra).parent).isSameAs(readNames);
    assertThat(read.get(readNames.get(0))).isSameAs(readNames);
  }

  @Test
  void decode_classesWithJavaSerialization_shareObjectsWithTheRest() {
    Child child = new Child();
    Hooked hooked = new Hooked();
    Outer outer = new Outer();
    child.parent = hooked;
    child.friend = outer;
    hooked.content = child;
    hooked.extra = outer;
    outer.content = List.of(child, hooked);

    Hooked read = RoundTrip.of(hooked);

    Child readChild = (Child) read.content;
    assertThat(readChild.parent).isSameAs(read);
    assertThat(readChild.friend).isSameAs(read.extra);
    assertThat((List<Object>) ((Outer) read.extra).content).containsExactly(readChild, read);
  }

  @Test
  void decode_atomicReferenceInACycle_isRestored() {
    AtomicReference<Object> reference = new AtomicReference<>();
    reference.set(new Child(reference));

    AtomicReference<Object> read = RoundTrip.of(reference);

    assertThat(((Child) read.get()).parent).isSameAs(read);
  }

  // ---- Cycles through hash tables.

  /** Its hash code needs a field that is read after its set. */
  static final class Named {
    Collection<Named> friends;
    Map<Named, String> labels = new HashMap<>();
    Named owner;
    String zName;

    Named(String name) {
      zName = name;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Named named && zName.equals(named.zName);
    }

    @Override
    public int hashCode() {
      return Objects.requireNonNull(zName).hashCode() + (owner == null ? 0 : owner.hashCode());
    }
  }

  static Stream<Supplier<Collection<Named>>> sets() {
    return Stream.of(
        HashSet::new,
        LinkedHashSet::new,
        () -> Collections.synchronizedSet(new HashSet<>()),
        () -> Collections.newSetFromMap(new ConcurrentHashMap<>()));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void decode_setWhoseElementsDependOnItsOwner_findsThem(Supplier<Collection<Named>> kind) {
    Named root = new Named("root");
    root.friends = kind.get();
    for (int i = 0; i < 20; i++) {
      Named friend = new Named("friend" + i);
      friend.owner = root;
      root.friends.add(friend);
      root.labels.put(friend, friend.zName);
    }
    root.friends.add(root);

    Named read = RoundTrip.of(root);

    assertThat(read.friends).hasSize(21).contains(read).hasSameClassAs(root.friends);
    for (Named friend : read.friends) {
      assertThat(read.friends.contains(friend)).isTrue();
      if (friend != read) {
        assertThat(friend.owner).isSameAs(read);
        assertThat(read.labels.get(friend)).isEqualTo(friend.zName);
      }
    }
    assertThat(read.friends.contains(new Named("root"))).isTrue();
  }

  @Test
  void decode_linkedSetInACycle_keepsItsOrder() {
    Named root = new Named("root");
    root.friends = new LinkedHashSet<>();
    for (String name : List.of("c", "a", "b")) {
      Named friend = new Named(name);
      friend.owner = name.equals("a") ? root : null;
      root.friends.add(friend);
    }

    assertThat(RoundTrip.of(root).friends)
        .extracting(each -> each.zName)
        .containsExactly("c", "a", "b");
  }

  @Test
  void encode_immutableSetWhoseElementsDependOnItsOwner_isRefused() {
    Named root = new Named("root");
    Named friend = new Named("friend");
    friend.owner = root;
    root.friends = Set.of(friend, new Named("second"), new Named("third"));

    assertThatThrownBy(() -> RoundTrip.encode(root))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void decode_immutableSetInACycleOfIdentities_isRestored() {
    Child root = new Child();
    root.friend = Set.of(new Child(root));
    root.parent = Map.of(new Child(root), 1);

    Child read = RoundTrip.of(root);

    assertThat((Set<Object>) read.friend)
        .allMatch(each -> ((Child) each).parent == read && ((Set<?>) read.friend).contains(each));
  }

  // ---- Cycles through objects that are created last.

  record Holder(Object content, String name) {}

  record Copying(List<Object> content) {
    Copying {
      content = new ArrayList<>(content);
    }
  }

  record Wrapping(Child content) {}

  @Test
  void encode_objectThatContainsItself_isRefusedIfItIsCreatedLast() {
    List<Object> list = new ArrayList<>();
    for (Object late :
        List.of(
            new Holder(list, "n"),
            List.of(list),
            Optional.of(list),
            Collections.unmodifiableList(list),
            Collections.singletonList(list),
            Map.entry(1, list))) {
      list.clear();
      list.add(late);
      assertThatThrownBy(() -> RoundTrip.encode(late))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(late.getClass().getName())
          .hasMessageContaining("contains itself");
    }
  }

  @Test
  void decode_recordWithinACycle_isRestored() {
    Child child = new Child();
    child.friend = new Wrapping(child);
    child.parent = List.of(new Holder(child, "n"), Optional.of(child));

    Child read = RoundTrip.of(child);

    assertThat(((Wrapping) read.friend).content()).isSameAs(read);
    assertThat(((Holder) ((List<?>) read.parent).get(0)).content()).isSameAs(read);
  }

  @Test
  void encode_recordInACycleThatCopiesAComponent_isRefused() {
    Copying record = new Copying(List.of());
    record.content().add(record);

    assertThatThrownBy(() -> RoundTrip.encode(record.content()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("copies its component 'content'");
  }
}

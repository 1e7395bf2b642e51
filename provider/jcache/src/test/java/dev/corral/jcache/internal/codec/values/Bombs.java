package dev.corral.jcache.internal.codec.values;

import com.google.common.collect.ImmutableBiMap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import dev.corral.jcache.internal.codec.values.StoredForm.Node;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.PageImpl;

/** Small stored values that would take much memory, stack or time to decode. */
final class Bombs {

  private static final int MANY = 22_000;
  static final int DEEP = 100_000;
  private static final int LEVELS = 60;
  private static final int CLAIM = 100_000;

  private Bombs() {}

  /** A link of a chain. */
  static final class Link {
    @Nullable Object next;
  }

  /** A link of a chain that is created after the next one. */
  record LateLink(@Nullable Object next) {}

  /** A pair, whose hash code includes those of both. */
  record Pair(@Nullable Object left, @Nullable Object right) {}

  /** An object with many fields. */
  static final class Wide {
    long a;
    long b;
    long c;
    long d;
    long e;
    long f;
    long g;
    long h;
  }

  /** A class with Java serialization of its own. */
  static final class Hooked implements Serializable {

    private static final long serialVersionUID = 1L;

    private transient @Nullable Object content;

    Hooked(@Nullable Object content) {
      this.content = content;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeObject(content);
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      content = in.readObject();
    }
  }

  static CompressingCodec codec() {
    AllowList allowed = AllowList.of(List.of(Bombs.class.getName() + "$*"));
    KryoValueCodec plain =
        new KryoValueCodec(Bombs.class.getClassLoader(), allowed, ClassCodes.NONE);
    return new CompressingCodec(plain, Integer.MAX_VALUE);
  }

  /** The stored values by their names. None of them can be decoded. */
  static Map<String, byte[]> all() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    addNested(all);
    addDeep(all);
    addClaims(all);
    addCompressed(all);
    addSlow(all);
    StreamBombs.addTo(all);
    return all;
  }

  private static void addNested(Map<String, byte[]> all) {
    for (Class<?> type :
        List.of(
            ArrayList.class,
            Object[].class,
            Object[][].class,
            String[].class,
            HashSet.class,
            LinkedHashSet.class,
            HashMap.class,
            ArrayDeque.class,
            LinkedList.class,
            Arrays.asList(1).getClass(),
            List.of(1, 2, 3).getClass(),
            Set.of(1, 2, 3).getClass())) {
      all.put("nested " + type.getTypeName(), nested(type, MANY, CLAIM));
    }
    byte[] sorted = new StoredForm().object(TreeMap.class).nothing().count(CLAIM).bytes();
    all.put("nested TreeMap", StoredForm.times(MANY, sorted));
  }

  private static byte[] nested(Class<?> type, int levels, int claim) {
    StoredForm form = new StoredForm();
    for (int i = 0; i < levels; i++) {
      form.object(type).count(claim);
    }
    return form.nothing().bytes();
  }

  private static void addDeep(Map<String, byte[]> all) {
    all.put("deep lists", nested(ArrayList.class, DEEP, 1));
    all.put("deep arrays", nested(Object[].class, DEEP, 1));
    for (Class<?> type : List.of(Link.class, LateLink.class, Optional.class)) {
      StoredForm form = new StoredForm();
      for (int i = 0; i < DEEP; i++) {
        form.object(type);
      }
      all.put("deep " + type.getTypeName(), form.nothing().bytes());
    }
  }

  private static void addClaims(Map<String, byte[]> all) {
    int huge = Integer.MAX_VALUE;
    all.put("claimed text", new StoredForm().raw(3, 0xff, 0xff, 0xff, 0xff, 0x7f).bytes());
    for (Class<?> type : List.of(byte[].class, int[].class, long[].class, Object[].class)) {
      String name = "claimed " + type.getTypeName();
      all.put(name, new StoredForm().object(type).count(huge).raw(new byte[1_000]).bytes());
    }
    StoredForm number = new StoredForm().type(java.math.BigInteger.class).count(huge);
    all.put("claimed BigInteger", number.raw(new byte[1_000]).bytes());
    byte[] noise = new byte[60_000];
    new Random(1).nextBytes(noise);
    all.put("claimed compressed length", claimed(60_000_000, noise));
    all.put("claimed compressed length without bytes", claimed(huge, new byte[0]));
    all.put("claimed negative compressed length", claimed(-1, noise));
  }

  private static byte[] claimed(int length, byte[] packed) {
    return ByteBuffer.allocate(5 + packed.length).putInt(1, length).put(5, packed).array();
  }

  private static void addCompressed(Map<String, byte[]> all) {
    int count = 1_500_000;
    StoredForm lists = new StoredForm().object(ArrayList.class).count(count);
    byte[] list = new StoredForm().object(ArrayList.class).count(0).bytes();
    all.put("compressed lists", compressed(lists.raw(StoredForm.times(count, list)).bytes()));
    StoredForm sets = new StoredForm().object(ArrayList.class).count(count);
    byte[] set = new StoredForm().object(LinkedHashSet.class).count(1).nothing().bytes();
    all.put("compressed sets", compressed(sets.raw(StoredForm.times(count, set)).bytes()));
    all.put("compressed nested lists", compressed(nested(ArrayList.class, 10 * MANY, CLAIM)));
    StoredForm wide = new StoredForm().object(Object[].class).count(count).object(Wide.class);
    wide.raw(new byte[8]);
    for (int i = 1; i < count; i++) {
      wide.object(Wide.class).raw(new byte[8]);
    }
    all.put("compressed objects", compressed(wide.bytes()));
    StoredForm numbers = new StoredForm().object(long[].class).count(30_000_000);
    all.put("compressed numbers", compressed(numbers.raw(new byte[30_000_000]).bytes()));
  }

  static byte[] compressed(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, /* nowrap= */ true);
    deflater.setInput(plain);
    deflater.finish();
    byte[] packed = new byte[plain.length / 100 + 1_000];
    int length = deflater.deflate(packed);
    deflater.end();
    return claimed(plain.length, Arrays.copyOf(packed, length));
  }

  private static void addSlow(Map<String, byte[]> all) {
    all.put("sets of sets", new StoredForm().graph(pairs(HashSet.class), true).bytes());
    all.put("maps of maps", new StoredForm().graph(pairs(HashMap.class), true).bytes());
    for (Class<?> type : List.of(ArrayList.class, Arrays.asList(1).getClass())) {
      Node set = new Node(HashSet.class, List.of(pairs(type)));
      all.put("set of " + type.getTypeName(), new StoredForm().graph(set, true).bytes());
    }
    StoredForm records = new StoredForm().object(HashSet.class).count(1);
    all.put("set of records", records.graph(pairs(Pair.class), false).bytes());
    StoredForm dataClasses = new StoredForm().object(HashSet.class).count(1);
    all.put("set of pairs", dataClasses.graph(pairs(kotlin.Pair.class), false).bytes());
    addGuava(all);
    StoredForm copying = new StoredForm().object(CopyOnWriteArraySet.class).count(300_000);
    for (int i = 0; i < 300_000; i++) {
      copying.raw(2).count(2 * i);
    }
    all.put("set without hash codes", copying.bytes());
    for (Class<?> type : List.of(HashSet.class, LinkedHashSet.class, Set.of(1, 2, 3).getClass())) {
      all.put("equal hash codes in " + type.getTypeName(), equalHashes(type));
    }
    StoredForm pattern = new StoredForm().type(Pattern.class).raw(0x80 | 15, 'a');
    for (int i = 0; i < 13; i++) {
      pattern.raw(0xcc, 0x80 + i);
    }
    all.put("regular expression", pattern.count(Pattern.CANON_EQ).bytes());
  }

  /** Lists of two numbers, a and b, of which 31 a + b is the same. */
  private static byte[] equalHashes(Class<?> type) {
    int count = 60_000;
    StoredForm form = new StoredForm().object(type).count(count);
    for (int i = 0; i < count; i++) {
      form.object(ArrayList.class).count(2).number(i).number(-31 * i);
    }
    return form.bytes();
  }

  /** Each level refers to both objects of the next level, so there are 2^60 paths. */
  private static Node pairs(Class<?> type) {
    Node left = new Node(type, List.of("a", "b"));
    Node right = new Node(type, List.of("c", "d"));
    for (int i = 0; i < LEVELS; i++) {
      Node nextLeft = new Node(type, List.of(left, right));
      right =
          new Node(
              type, hasTwoFields(type) ? List.of(right, left) : List.of(left, right, "x", "y"));
      left = nextLeft;
    }
    return new Node(type, List.of(left, right));
  }

  private static boolean hasTwoFields(Class<?> type) {
    return type == Pair.class || type == kotlin.Pair.class;
  }

  private static void addGuava(Map<String, byte[]> all) {
    Node list = guavaPairs(ImmutableList.class, ArrayList.class, null);
    Node multimap = guavaPairs(ImmutableListMultimap.class, LinkedHashMap.class, ArrayList.class);
    Node sets = guavaPairs(ImmutableSet.class, LinkedHashSet.class, null);
    Node maps = guavaPairs(ImmutableMap.class, LinkedHashMap.class, null);
    Map<String, Node> roots = new LinkedHashMap<>();
    roots.put("set of Guava lists", new Node(HashSet.class, List.of(list)));
    roots.put("set of Guava multimaps", new Node(HashSet.class, List.of(multimap)));
    roots.put("Guava sets of sets", sets);
    roots.put("Guava maps of maps", maps);
    Node lists = pairs(ArrayList.class);
    Node map = new Node(LinkedHashMap.class, List.of("k", lists));
    Node none = new Node(LinkedHashSet.class, List.of());
    Node sides = new Node(ArrayList.class, List.of(map, none));
    roots.put(
        "Guava map of values that are hashed", new Node(ImmutableBiMap.class, List.of(sides)));
    Node values = new Node(ArrayList.class, List.of(lists));
    Node content = new Node(LinkedHashMap.class, List.of("k", values));
    roots.put("Guava multimap of a list", new Node(ImmutableSetMultimap.class, List.of(content)));
    roots.forEach((name, root) -> all.put(name, new StoredForm().graph(root, true).bytes()));
    StoredForm page = new StoredForm().object(HashSet.class).count(1).object(PageImpl.class);
    all.put("set of a page", page.graph(lists, true).nothing().raw(0).bytes());
  }

  /** As {@link #pairs}, of collections of Guava with their content. */
  private static Node guavaPairs(Class<?> type, Class<?> content, @Nullable Class<?> value) {
    Node left = new Node(type, List.of(new Node(content, List.of())));
    Node right = new Node(type, List.of(new Node(content, List.of())));
    for (int i = 0; i < LEVELS; i++) {
      Object one = value == null ? "x" : new Node(value, List.of("x"));
      Object two = value == null ? "y" : new Node(value, List.of("y"));
      List<Object> parts =
          Map.class.isAssignableFrom(content)
              ? List.of(left, one, right, two)
              : List.of(left, right);
      List<Object> more =
          Map.class.isAssignableFrom(content)
              ? List.of(right, one, left, two)
              : List.of(left, right, "z");
      Node nextLeft = new Node(type, List.of(new Node(content, parts)));
      right = new Node(type, List.of(new Node(content, more)));
      left = nextLeft;
    }
    return left;
  }

  /** Sets that contain each other; they are filled from the outside, so this does not take long. */
  static Set<Object> setsOfSets() {
    Set<Object> root = new HashSet<>();
    Set<Object> left = root;
    Set<Object> right = new HashSet<>();
    for (int i = 0; i < LEVELS; i++) {
      Set<Object> nextLeft = new HashSet<>(Set.of("left"));
      Set<Object> nextRight = new HashSet<>();
      left.addAll(List.of(nextLeft, nextRight));
      right.addAll(List.of(nextLeft, nextRight));
      left = nextLeft;
      right = nextRight;
    }
    return root;
  }
}

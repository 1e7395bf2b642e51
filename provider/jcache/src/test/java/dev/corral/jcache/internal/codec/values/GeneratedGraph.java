package dev.corral.jcache.internal.codec.values;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;

/**
 * Builds an object graph from a list of numbers. Each number creates an object from earlier ones,
 * or adds one to an earlier one, which may close a cycle.
 */
@NullUnmarked
@SuppressWarnings({"JdkObsolete", "NonApiType", "unchecked", "rawtypes", "serial"})
final class GeneratedGraph {

  /** Not Serializable. */
  static final class Bean {
    Object first;
    List<Object> list = new ArrayList<>();
    Object zLast;
  }

  /** Its hash code depends on two fields that are read after its set and map. */
  static final class Keyed {
    Set<Object> friends = new HashSet<>();
    Map<Object, Object> links = new LinkedHashMap<>();
    Keyed owner;
    int zKey;

    private int ownerKey() {
      return owner == null ? -1 : owner.zKey;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Keyed keyed && zKey == keyed.zKey && ownerKey() == keyed.ownerKey();
    }

    @Override
    public int hashCode() {
      return 31 * zKey + ownerKey();
    }

    @Override
    public String toString() {
      return "Keyed" + zKey;
    }
  }

  record Pair(Object first, Object second) {}

  static final class Names extends ArrayList<Object> {
    @Serial private static final long serialVersionUID = 1;
    Object extra;
  }

  static final class Hooked implements Serializable {
    @Serial private static final long serialVersionUID = 1;
    Object extra;
    transient Object content;

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeObject(content);
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      content = in.readObject();
    }
  }

  private static final int KINDS = 36;

  private final List<Object> objects = new ArrayList<>(List.of("leaf"));
  private int keys;
  private int rest;

  private GeneratedGraph() {}

  static Object of(List<Integer> numbers) {
    GeneratedGraph graph = new GeneratedGraph();
    for (int number : numbers) {
      graph.step(number);
    }
    graph.rest = numbers.get(0);
    return graph.objects.size() == 1 ? "leaf" : graph.objects.get(1 + graph.next(graph.size() - 1));
  }

  private int size() {
    return objects.size();
  }

  private int next(int bound) {
    int result = rest % bound;
    rest /= bound;
    return result;
  }

  private Object any() {
    return objects.get(next(size()));
  }

  /** A value that a set finds: not one of the collections, whose hash codes change. */
  private Object key() {
    Object any = any();
    return any instanceof Keyed || isLeaf(any) ? any : "key" + next(5);
  }

  private Keyed keyed() {
    return any() instanceof Keyed keyed ? keyed : null;
  }

  static boolean isLeaf(Object object) {
    return object instanceof String
        || object instanceof Number
        || object instanceof Enum
        || object instanceof Locale
        || object instanceof UUID
        || object instanceof java.time.temporal.Temporal;
  }

  private void step(int number) {
    int kind = number % KINDS;
    rest = number / KINDS;
    Object created = created(kind);
    if (created == null) {
      link(any(), key(), any());
    } else {
      objects.add(created);
    }
  }

  private Object created(int kind) {
    return switch (kind) {
      case 0 -> leaf();
      case 1, 2 -> bean();
      case 3, 4, 5 -> newKeyed();
      case 6 -> new Pair(any(), any());
      case 7 -> new ArrayList<>(List.of(any()));
      case 8 -> new LinkedHashSet<>(Set.of(key()));
      case 9 -> new HashMap<>(Map.of(key(), any()));
      case 10 -> List.of(any(), any());
      case 11 -> Optional.of(any());
      case 12 -> new Object[] {any(), null, any()};
      case 13 -> hooked();
      case 14 -> names();
      case 15 -> Collections.unmodifiableList(list());
      case 16 -> new EnumMap<>(Map.of(TimeUnit.DAYS, any()));
      case 17 -> new Vector<>(List.of(any()));
      case 18 -> new TreeMap<>(Map.of("k" + next(3), any()));
      case 19 -> new AtomicReference<>(any());
      case 20 -> Set.of(key());
      case 21 -> Map.of(key(), any());
      case 22 -> new ArrayDeque<>(List.of(any()));
      case 23 -> Collections.synchronizedMap(new HashMap<>(Map.of(key(), any())));
      case 24 -> new Hashtable<>(Map.of(key(), any()));
      case 25 -> setFromMap();
      default -> null;
    };
  }

  private Set<Object> setFromMap() {
    Set<Object> set = Collections.newSetFromMap(new LinkedHashMap<>());
    set.add(key());
    return set;
  }

  private Object leaf() {
    return switch (next(6)) {
      case 0 -> "text" + next(9);
      case 1 -> next(9);
      case 2 -> BigDecimal.valueOf(next(9), next(5) - 2);
      case 3 -> new UUID(next(9), -1);
      case 4 -> LocalDateTime.of(2024, 10, 27, 2, next(60)).atZone(ZoneId.of("Europe/Berlin"));
      default -> next(2) == 0 ? TimeUnit.DAYS : TimeUnit.HOURS;
    };
  }

  private Bean bean() {
    Bean bean = new Bean();
    bean.first = any();
    bean.zLast = any();
    return bean;
  }

  private Keyed newKeyed() {
    Keyed keyed = new Keyed();
    keyed.zKey = keys++;
    keyed.owner = keyed();
    if (keyed.owner != null && next(2) == 0) {
      keyed.owner.friends.add(keyed);
      keyed.owner.links.put(keyed, any());
    }
    return keyed;
  }

  private Hooked hooked() {
    Hooked hooked = new Hooked();
    hooked.extra = any();
    hooked.content = any();
    return hooked;
  }

  private Names names() {
    Names names = new Names();
    names.add(any());
    names.extra = any();
    return names;
  }

  private List<Object> list() {
    return any() instanceof ArrayList list ? list : new ArrayList<>(List.of(any()));
  }

  private void link(Object container, Object key, Object value) {
    if (container instanceof Bean bean) {
      bean.list.add(value);
      bean.zLast = value;
    } else if (container instanceof Keyed keyed) {
      keyed.friends.add(key);
      keyed.links.put(key, value);
    } else if (container instanceof Hooked hooked) {
      hooked.content = value;
    } else if (container instanceof AtomicReference reference) {
      reference.set(value);
    } else if (container instanceof Object[] array) {
      array[1] = value;
    } else {
      try {
        if (container instanceof EnumMap map) {
          map.put(TimeUnit.HOURS, value);
        } else if (container instanceof TreeMap map) {
          map.put("linked", value);
        } else if (container instanceof Map map) {
          map.put(key, value);
        } else if (container instanceof Collection collection) {
          collection.add(container instanceof Set ? key : value);
        }
      } catch (UnsupportedOperationException e) {
        objects.add("unmodifiable");
      }
    }
  }
}

package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Writes the stored form of values by hand, also of values that the codec refuses to write. */
final class StoredForm {

  private static final int FIRST_NUMBER = 16;
  private static final int STRING = 3;
  private static final int NAMED = 1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<Class<?>, Integer> names = new HashMap<>();
  private final IdentityHashMap<Node, Integer> written = new IdentityHashMap<>();
  private int objects;

  /** An object of a graph, which may occur several times. */
  record Node(Class<?> type, List<?> parts) {}

  byte[] bytes() {
    return out.toByteArray();
  }

  StoredForm raw(int... bytes) {
    for (int each : bytes) {
      out.write(each);
    }
    return this;
  }

  StoredForm raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** A class, by its number or its name. */
  StoredForm type(Class<?> type) {
    int number = JdkSerializers.numbered().indexOf(type);
    return number >= 0
        ? count(FIRST_NUMBER + number + 2)
        : name(type, type.getName(), ClassLayout.codeOf(type));
  }

  /** A class by a name and code that need not belong together. */
  StoredForm name(Class<?> identity, String name, long code) {
    raw(NAMED);
    Integer known = names.putIfAbsent(identity, names.size());
    count(known == null ? names.size() - 1 : known);
    if (known == null) {
      raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(~code).array());
      chars(name);
    }
    return this;
  }

  /** The beginning of an object that occurs for the first time. */
  StoredForm object(Class<?> type) {
    objects++;
    return type(type).count(1);
  }

  StoredForm nothing() {
    return raw(0);
  }

  StoredForm text(String text) {
    return raw(STRING).chars(text);
  }

  /** The characters of a text, without its class. */
  StoredForm chars(String text) {
    int length = text.length() + 1;
    raw(0x80 | (length > 0x3f ? 0x40 : 0) | (length & 0x3f));
    if (length > 0x3f) {
      count(length >> 6);
    }
    return raw(text.getBytes(ISO_8859_1));
  }

  /** A number in the variable form of Kryo. */
  StoredForm count(int number) {
    int rest = number;
    while ((rest & ~0x7f) != 0) {
      raw((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return raw(rest);
  }

  /** An Integer. */
  StoredForm number(int value) {
    return raw(2).count((value << 1) ^ (value >> 31));
  }

  /** A graph of nodes, texts and nulls; the parts of a node are counted if it is a container. */
  StoredForm graph(Object part, boolean counted) {
    if (part instanceof String text) {
      return text(text);
    }
    Node node = (Node) part;
    Integer id = written.get(node);
    if (id != null) {
      return type(node.type()).count(id + 2);
    }
    written.put(node, objects);
    object(node.type());
    if (counted && !LibraryContainers.isNamed(node.type().getName())) {
      count(node.parts().size());
    }
    node.parts().forEach(each -> graph(each, counted));
    return this;
  }

  /** The same bytes, repeated. */
  static byte[] times(int times, byte[] bytes) {
    byte[] all = new byte[times * bytes.length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
    }
    return all;
  }
}

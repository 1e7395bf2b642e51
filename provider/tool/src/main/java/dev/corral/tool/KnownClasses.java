package dev.corral.tool;

import dev.corral.jcache.internal.codec.values.StoredMap;
import dev.corral.jcache.internal.codec.values.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamConstants;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Shows the objects of common classes of the JDK by what they mean, and not by their fields. */
final class KnownClasses {

  private static final Set<String> LISTS =
      Set.of(
          "java.util.ArrayList",
          "java.util.LinkedList",
          "java.util.HashSet",
          "java.util.LinkedHashSet",
          "java.util.TreeSet",
          "java.util.ArrayDeque",
          "java.util.concurrent.CopyOnWriteArrayList");

  private static final Set<String> MAPS =
      Set.of(
          "java.util.HashMap",
          "java.util.LinkedHashMap",
          "java.util.TreeMap",
          "java.util.Hashtable",
          "java.util.EnumMap");

  private static final Set<String> BOXES =
      Set.of("Boolean", "Byte", "Character", "Short", "Integer", "Long", "Float", "Double");

  /** The version of {@code java.time.Ser}, which is part of the platform's serialized form. */
  private static final long TIME_VERSION = -7683839454370182990L;

  private KnownClasses() {}

  /**
   * What an object means.
   *
   * @param data what the class has written in addition to its fields: objects and bytes
   * @return the object itself, with its data, if its class is not known here
   */
  static @Nullable Object simplified(StoredObject object, List<@Nullable Object> data) {
    String name = object.className();
    Map<String, @Nullable Object> fields = object.fields();
    List<@Nullable Object> objects = data.stream().filter(it -> !(it instanceof byte[])).toList();
    if (name.startsWith("java.lang.") && BOXES.contains(name.substring("java.lang.".length()))) {
      return fields.get("value");
    } else if (LISTS.contains(name)) {
      return withoutComparator(name, objects);
    } else if (MAPS.contains(name)) {
      return new StoredMap(objects);
    }
    Object known = value(name, fields, data, objects);
    if (known != null) {
      return known;
    }
    if (!data.isEmpty()) {
      fields.put("@data", data);
    }
    return object;
  }

  private static List<@Nullable Object> withoutComparator(
      String name, List<@Nullable Object> objects) {
    return name.equals("java.util.TreeSet") && !objects.isEmpty()
        ? objects.subList(1, objects.size())
        : objects;
  }

  private static @Nullable Object value(
      String name,
      Map<String, @Nullable Object> fields,
      List<@Nullable Object> data,
      List<@Nullable Object> objects) {
    return switch (name) {
      case "java.util.Arrays$ArrayList" -> fields.get("a");
      case "java.util.CollSer" ->
          Integer.valueOf(3).equals(fields.get("tag")) ? new StoredMap(objects) : objects;
      case "java.util.UUID" ->
          fields.get("mostSigBits") instanceof Long most
                  && fields.get("leastSigBits") instanceof Long least
              ? new UUID(most, least)
              : null;
      case "java.math.BigInteger" ->
          fields.get("signum") instanceof Integer signum
                  && fields.get("magnitude") instanceof byte[] magnitude
              ? new BigInteger(signum, magnitude)
              : null;
      case "java.math.BigDecimal" ->
          fields.get("intVal") instanceof BigInteger unscaled
                  && fields.get("scale") instanceof Integer scale
              ? new BigDecimal(unscaled, scale)
              : null;
      case "java.util.Date", "java.sql.Timestamp" ->
          !data.isEmpty() && data.get(0) instanceof byte[] millis && millis.length == Long.BYTES
              ? Instant.ofEpochMilli(ByteBuffer.wrap(millis).getLong())
              : null;
      case "java.time.Ser" ->
          !data.isEmpty() && data.get(0) instanceof byte[] bytes ? time(bytes) : null;
      default -> null;
    };
  }

  /** The JDK reads its own form of its own classes, in a stream that has nothing else. */
  private static @Nullable Object time(byte[] form) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeShort(ObjectStreamConstants.STREAM_MAGIC);
      out.writeShort(ObjectStreamConstants.STREAM_VERSION);
      out.writeByte(ObjectStreamConstants.TC_OBJECT);
      out.writeByte(ObjectStreamConstants.TC_CLASSDESC);
      out.writeUTF("java.time.Ser");
      out.writeLong(TIME_VERSION);
      out.writeByte(ObjectStreamConstants.SC_EXTERNALIZABLE | ObjectStreamConstants.SC_BLOCK_DATA);
      out.writeShort(0);
      out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
      out.writeByte(ObjectStreamConstants.TC_NULL);
      out.writeByte(ObjectStreamConstants.TC_BLOCKDATA);
      out.writeByte(form.length);
      out.write(form);
      out.writeByte(ObjectStreamConstants.TC_ENDBLOCKDATA);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(ObjectInputFilter.Config.createFilter("java.time.*;!*"));
      return in.readObject();
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      return null;
    }
  }
}

package dev.corral.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.corral.jcache.internal.codec.values.StoredMap;
import dev.corral.jcache.internal.codec.values.StoredObject;
import dev.corral.jcache.internal.codec.values.StoredValues;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values that were read without their classes, as JSON. */
final class Trees {

  /** The field that has the name of the class. */
  static final String CLASS = "@class";

  private static final int MAX_NODES = 100_000;

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final Set<Object> path = Collections.newSetFromMap(new IdentityHashMap<>());
  private int count;

  private Trees() {}

  /** The JSON of a value. */
  static JsonNode json(StoredValues.Value value) {
    if (value.codec().equals("json") && value.tree() instanceof String text) {
      return parsed(text);
    }
    return new Trees().node(value.tree());
  }

  /** The outermost class of a value, as far as the value says it. */
  static String className(StoredValues.Value value) {
    Object tree = value.tree();
    if (value.codec().equals("json")) {
      JsonNode type = json(value).path("@type");
      return type.isTextual() ? type.asText() : "the configured type";
    } else if (value.codec().equals("user")) {
      return "known to the codec of the application";
    } else if (tree instanceof StoredObject object) {
      return object.className();
    } else if (tree instanceof StoredMap) {
      return "a map";
    } else if (tree instanceof Collection<?>) {
      return "a collection";
    }
    return tree == null ? "null" : tree.getClass().getName();
  }

  private static JsonNode parsed(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  private JsonNode node(@Nullable Object tree) {
    if (tree == null) {
      return nodes.nullNode();
    } else if (++count > MAX_NODES) {
      return nodes.textNode("…");
    }
    JsonNode scalar = scalar(tree);
    if (scalar != null) {
      return scalar;
    }
    if (!path.add(tree)) {
      return nodes.textNode("(contains itself: " + tree + ")");
    }
    try {
      return parts(tree);
    } finally {
      path.remove(tree);
    }
  }

  private @Nullable JsonNode scalar(Object tree) {
    if (tree instanceof Boolean truth) {
      return nodes.booleanNode(truth);
    } else if (tree instanceof Integer || tree instanceof Short || tree instanceof Byte) {
      return nodes.numberNode(((Number) tree).intValue());
    } else if (tree instanceof Long number) {
      return nodes.numberNode(number);
    } else if (tree instanceof Double || tree instanceof Float) {
      return tree instanceof Float number
          ? nodes.numberNode(number)
          : nodes.numberNode((Double) tree);
    } else if (tree instanceof BigDecimal number) {
      return nodes.numberNode(number);
    } else if (tree instanceof BigInteger number) {
      return nodes.numberNode(number);
    } else if (tree instanceof byte[] bytes) {
      return nodes.textNode("base64:" + Base64.getEncoder().encodeToString(bytes));
    } else if (tree.getClass().isArray()
        || tree instanceof Collection<?>
        || tree instanceof StoredMap
        || tree instanceof StoredObject) {
      return null;
    }
    return nodes.textNode(tree.toString());
  }

  private JsonNode parts(Object tree) {
    if (tree instanceof StoredObject object) {
      ObjectNode node = nodes.objectNode().put(CLASS, object.className());
      object.fields().forEach((name, value) -> node.set(name, node(value)));
      return node;
    } else if (tree instanceof StoredMap map) {
      return map(map.keysAndValues());
    }
    ArrayNode array = nodes.arrayNode();
    if (tree instanceof Collection<?> collection) {
      for (Object each : collection) {
        if (count > MAX_NODES) {
          break;
        }
        array.add(node(each));
      }
    } else {
      for (int i = 0; i < Array.getLength(tree) && count <= MAX_NODES; i++) {
        array.add(node(Array.get(tree, i)));
      }
    }
    return array;
  }

  /** An object if all keys are scalars; else a list of keys and values. */
  private JsonNode map(List<@Nullable Object> flat) {
    ObjectNode object = nodes.objectNode();
    ArrayNode pairs = nodes.arrayNode();
    boolean isPlain = true;
    for (int i = 0; i + 1 < flat.size() && count <= MAX_NODES; i += 2) {
      JsonNode key = node(flat.get(i));
      JsonNode value = node(flat.get(i + 1));
      ObjectNode pair = nodes.objectNode();
      pair.set("key", key);
      pair.set("value", value);
      pairs.add(pair);
      isPlain &= key.isValueNode() && !key.isNull() && !object.has(key.asText());
      object.set(key.asText(), value);
    }
    return isPlain ? object : pairs;
  }
}

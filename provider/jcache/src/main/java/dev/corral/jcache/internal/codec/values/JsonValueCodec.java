package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.corral.jcache.codec.UndecodableValueException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes values as JSON by Jackson, restricted to the classes of an {@link AllowList}.
 *
 * <p>The stored form of a value of the configured type is a tag and its JSON. A value of another
 * class is an object with the name of its class and its JSON: <code>
 * {"@type":"com.shop.Order","value":{…}}</code>, after another tag.
 *
 * <p>Each value is read once before it is stored, and refused if it is not read as it was, for
 * instance because the class of a field in JSON is not that of the field. Decoding has the limits
 * of {@link JsonInput} and of {@link JsonBinding}.
 */
final class JsonValueCodec implements ValueFormat {

  private static final String TYPE = "@type";
  private static final String VALUE = "value";

  private final JsonMapper mapper;
  private final JsonBinding binding;
  private final JavaType type;
  private final ObjectReader reader;
  private final boolean isTypeComplete;
  private final long maxDecodedBytes;

  private JsonValueCodec(
      JsonBinding binding, JavaType type, boolean isTypeComplete, long maxDecodedBytes) {
    this.mapper = binding.mapper();
    this.binding = binding;
    this.type = type;
    this.reader = mapper.readerFor(type);
    this.isTypeComplete = isTypeComplete;
    this.maxDecodedBytes = maxDecodedBytes;
  }

  /**
   * A codec for values of one type.
   *
   * @param typeText the type with its type arguments; null for the configured class
   * @throws CacheException if the text is no type, or not one of allowed classes
   */
  static JsonValueCodec create(
      JsonBinding binding, @Nullable String typeText, Class<?> valueType, long maxDecodedBytes) {
    JavaType type;
    try {
      type =
          typeText == null
              ? binding.mapper().constructType(valueType)
              : binding.mapper().getTypeFactory().constructFromCanonical(typeText);
    } catch (IllegalArgumentException e) {
      throw new CacheException(
          "The JSON type '%s' is malformed, or names a class that is missing or not allowed: %s"
              .formatted(typeText, e.getMessage()),
          e);
    }
    boolean isPolymorphic;
    try {
      isPolymorphic =
          binding.mapper().getSerializerProviderInstance().findTypeSerializer(type) != null;
    } catch (JsonMappingException e) {
      throw new CacheException("The JSON type %s cannot be used".formatted(type), e);
    }
    boolean isComplete = typeText != null || isPolymorphic || type.isContainerType();
    return new JsonValueCodec(binding, type, isComplete, maxDecodedBytes);
  }

  @Override
  @SuppressWarnings("CatchingUnchecked")
  public byte[] encode(Object value) {
    byte[] bytes;
    try {
      bytes = written(value);
    } catch (Throwable e) {
      throw JsonFailures.encoding(value, e);
    }
    Object again;
    try {
      again = decode(bytes, 0);
    } catch (UndecodableValueException e) {
      throw CodecFailures.unreadable(value.getClass(), String.valueOf(e.getMessage()), null);
    }
    requireSame(value, again);
    return bytes;
  }

  @SuppressWarnings("CatchingUnchecked")
  private static void requireSame(Object value, Object again) {
    String difference;
    try {
      difference = new JsonRoundTrip().difference(value, again);
    } catch (Throwable e) {
      throw CodecFailures.encoding(value.getClass(), e, e);
    }
    if (difference != null) {
      throw new CacheException(
          "A value of %s cannot be stored as JSON, because %s; declare the class that is meant, or"
                  .formatted(value.getClass(), difference)
              + " use another value codec");
    }
  }

  private byte[] written(Object value) throws IOException {
    boolean isPlain = isPlain(value);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    FormatTag tag = isPlain ? FormatTag.JSON : FormatTag.JSON_WITH_TYPE;
    bytes.writeBytes(tag.before(new byte[0]));
    try (JsonGenerator generator = mapper.getFactory().createGenerator(bytes)) {
      if (isPlain) {
        mapper.writerFor(type).writeValue(generator, value);
      } else {
        Class<?> named = namedType(value);
        generator.writeStartObject();
        generator.writeStringField(TYPE, named.getName());
        generator.writeFieldName(VALUE);
        mapper.writerFor(named).writeValue(generator, value);
        generator.writeEndObject();
      }
    }
    return bytes.toByteArray();
  }

  private boolean isPlain(Object value) {
    Class<?> raw = type.getRawClass();
    return isTypeComplete ? raw.isInstance(value) : classOf(value) == raw;
  }

  private static Class<?> classOf(Object value) {
    return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
  }

  /** The class whose name is stored; an interface for collections that JSON cannot name. */
  private static Class<?> namedType(Object value) {
    Class<?> own = classOf(value);
    boolean isHidden =
        PlatformTypes.isJdk(own) && !java.lang.reflect.Modifier.isPublic(own.getModifiers());
    if (!isHidden) {
      return own;
    }
    return value instanceof List
        ? List.class
        : value instanceof Set
            ? Set.class
            : value instanceof Map ? Map.class : value instanceof Collection ? List.class : own;
  }

  @Override
  @SuppressWarnings("CatchingUnchecked")
  public Object decode(byte[] bytes, int offset, int storedBytes) {
    boolean isPlain = FormatTag.JSON.begins(bytes, offset);
    if (!isPlain && !FormatTag.JSON_WITH_TYPE.begins(bytes, offset)) {
      throw FormatTag.mismatch(bytes, offset, "the codec json");
    }
    int start = offset + FormatTag.LENGTH;
    int length = bytes.length - start;
    DecodingBudget budget = new DecodingBudget(maxDecodedBytes);
    @Nullable Object value;
    try (JsonParser parser = mapper.getFactory().createParser(bytes, start, length)) {
      budget.open(storedBytes, length);
      JsonInput input = new JsonInput(parser, budget, binding.mostFields().get());
      value = isPlain ? reader.readValue(input) : readWithType(input);
    } catch (Throwable e) {
      throw JsonFailures.decoding(e);
    }
    if (value == null) {
      throw new UndecodableValueException("A stored value is the JSON null", null);
    }
    return value;
  }

  private @Nullable Object readWithType(JsonParser parser) throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT);
    require(TYPE.equals(parser.nextFieldName()));
    String name = parser.nextTextValue();
    require(name != null);
    require(VALUE.equals(parser.nextFieldName()));
    ObjectReader named =
        mapper
            .readerFor(mapper.constructType(named(String.valueOf(name))))
            .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    parser.nextToken();
    Object value = named.readValue(parser);
    require(parser.nextToken() == JsonToken.END_OBJECT);
    require(parser.nextToken() == null);
    return value;
  }

  /** Only the name is checked here: an allowed one is a class that the type factory checks. */
  private Class<?> named(String name) {
    try {
      return mapper.getTypeFactory().findClass(name);
    } catch (ClassNotFoundException e) {
      throw new UndecodableValueException(
          e.getMessage() != null && e.getMessage().contains("not allowed")
              ? e.getMessage()
              : "The cache manager's class loader cannot find class " + name + " of a stored value",
          null);
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new UndecodableValueException("Stored JSON has no type where one is expected", null);
    }
  }

  @Override
  public long limit(int storedBytes) {
    return DecodingBudget.limit(storedBytes, maxDecodedBytes);
  }
}

package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.Serializers;
import com.fasterxml.jackson.databind.type.ArrayType;
import com.fasterxml.jackson.databind.type.CollectionLikeType;
import com.fasterxml.jackson.databind.type.CollectionType;
import com.fasterxml.jackson.databind.type.MapLikeType;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.databind.type.ReferenceType;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The places where Jackson looks for the serializer or deserializer of a class, once per class. All
 * but a few return null, which means Jackson's own, after a check of the class.
 */
@SuppressWarnings("NullAway") // Jackson's own classes say nothing about null
final class JsonTypeChecks {

  private JsonTypeChecks() {}

  /** Checks each class before it is written. */
  static final class Writing extends Serializers.Base {

    private final Consumer<Class<?>> check;

    Writing(Consumer<Class<?>> check) {
      this.check = check;
    }

    private @Nullable JsonSerializer<?> checked(JavaType type) {
      check.accept(type.getRawClass());
      return null;
    }

    @Override
    public @Nullable JsonSerializer<?> findSerializer(
        SerializationConfig config, JavaType type, BeanDescription description) {
      return checked(type);
    }

    @Override
    public @Nullable JsonSerializer<?> findReferenceSerializer(
        SerializationConfig config,
        ReferenceType type,
        BeanDescription description,
        TypeSerializer typeSerializer,
        JsonSerializer<Object> content) {
      return checked(type);
    }

    @Override
    public @Nullable JsonSerializer<?> findArraySerializer(
        SerializationConfig config,
        ArrayType type,
        BeanDescription description,
        TypeSerializer typeSerializer,
        JsonSerializer<Object> elements) {
      return checked(type);
    }

    @Override
    public @Nullable JsonSerializer<?> findCollectionSerializer(
        SerializationConfig config,
        CollectionType type,
        BeanDescription description,
        TypeSerializer typeSerializer,
        JsonSerializer<Object> elements) {
      return checked(type);
    }

    @Override
    public @Nullable JsonSerializer<?> findCollectionLikeSerializer(
        SerializationConfig config,
        CollectionLikeType type,
        BeanDescription description,
        TypeSerializer typeSerializer,
        JsonSerializer<Object> elements) {
      return checked(type);
    }

    @Override
    public @Nullable JsonSerializer<?> findMapSerializer(
        SerializationConfig config,
        MapType type,
        BeanDescription description,
        JsonSerializer<Object> keys,
        TypeSerializer typeSerializer,
        JsonSerializer<Object> values) {
      return checked(type);
    }

    @Override
    public @Nullable JsonSerializer<?> findMapLikeSerializer(
        SerializationConfig config,
        MapLikeType type,
        BeanDescription description,
        JsonSerializer<Object> keys,
        TypeSerializer typeSerializer,
        JsonSerializer<Object> values) {
      return checked(type);
    }
  }

  /** Checks each class before it is read. */
  static final class Reading extends Deserializers.Base {

    private final Consumer<Class<?>> check;
    private final Function<Class<?>, @Nullable JsonDeserializer<?>> special;

    /**
     * @param special the deserializers of the classes that need one; null for any other class
     */
    Reading(Consumer<Class<?>> check, Function<Class<?>, @Nullable JsonDeserializer<?>> special) {
      this.check = check;
      this.special = special;
    }

    private @Nullable JsonDeserializer<?> checked(JavaType type) {
      check.accept(type.getRawClass());
      return null;
    }

    @Override
    public @Nullable JsonDeserializer<?> findBeanDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription description) {
      check.accept(type.getRawClass());
      return special.apply(type.getRawClass());
    }

    @Override
    public @Nullable JsonDeserializer<?> findEnumDeserializer(
        Class<?> type, DeserializationConfig config, BeanDescription description) {
      check.accept(type);
      return null;
    }

    @Override
    public @Nullable JsonDeserializer<?> findTreeNodeDeserializer(
        Class<? extends JsonNode> type, DeserializationConfig config, BeanDescription description) {
      check.accept(type);
      return null;
    }

    @Override
    public @Nullable JsonDeserializer<?> findReferenceDeserializer(
        ReferenceType type,
        DeserializationConfig config,
        BeanDescription description,
        TypeDeserializer typeDeserializer,
        JsonDeserializer<?> content) {
      return checked(type);
    }

    @Override
    public @Nullable JsonDeserializer<?> findArrayDeserializer(
        ArrayType type,
        DeserializationConfig config,
        BeanDescription description,
        TypeDeserializer typeDeserializer,
        JsonDeserializer<?> elements) {
      return checked(type);
    }

    @Override
    public @Nullable JsonDeserializer<?> findCollectionDeserializer(
        CollectionType type,
        DeserializationConfig config,
        BeanDescription description,
        TypeDeserializer typeDeserializer,
        JsonDeserializer<?> elements) {
      return checked(type);
    }

    @Override
    public @Nullable JsonDeserializer<?> findCollectionLikeDeserializer(
        CollectionLikeType type,
        DeserializationConfig config,
        BeanDescription description,
        TypeDeserializer typeDeserializer,
        JsonDeserializer<?> elements) {
      return checked(type);
    }

    @Override
    public @Nullable JsonDeserializer<?> findMapDeserializer(
        MapType type,
        DeserializationConfig config,
        BeanDescription description,
        KeyDeserializer keys,
        TypeDeserializer typeDeserializer,
        JsonDeserializer<?> values) {
      return checked(type);
    }

    @Override
    public @Nullable JsonDeserializer<?> findMapLikeDeserializer(
        MapLikeType type,
        DeserializationConfig config,
        BeanDescription description,
        KeyDeserializer keys,
        TypeDeserializer typeDeserializer,
        JsonDeserializer<?> values) {
      return checked(type);
    }
  }
}

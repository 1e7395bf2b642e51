package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ServiceConfigurationError;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheException;

/**
 * Jackson for the codec {@code json}: it stores the fields of an object under their sorted names,
 * ignores unknown names, converts no value to another kind, and creates only objects of allowed
 * classes.
 *
 * @param mostFields the largest number of fields of the classes that were read so far
 */
record JsonBinding(JsonMapper mapper, AtomicInteger mostFields) {

  /** The levels of arrays and objects in one value. */
  static final int MAX_LEVELS = 256;

  /**
   * A mapper with the Jackson modules that the class loader finds.
   *
   * @throws LinkageError if Jackson is missing or too old
   */
  static JsonBinding create(ClassLoader loader, AllowList allowList) {
    AtomicInteger mostFields = new AtomicInteger();
    JsonFactory factory =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_LEVELS)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();
    JsonMapper.Builder builder =
        JsonMapper.builder(factory).typeFactory(new JsonTypes(loader, allowList));
    try {
      builder.addModules(MapperBuilder.findModules(loader));
    } catch (ServiceConfigurationError e) {
      throw new CacheException(
          "The value codec json cannot load the Jackson modules of the application", e);
    }
    builder
        .addModule(new JsonAllowedTypes(allowList, loader, mostFields))
        .polymorphicTypeValidator(new JsonTypeIds(allowList))
        .visibility(PropertyAccessor.FIELD, Visibility.ANY)
        .visibility(PropertyAccessor.GETTER, Visibility.NONE)
        .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
        .visibility(PropertyAccessor.SETTER, Visibility.NONE)
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.USE_GETTERS_AS_SETTERS)
        .disable(
            SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
            SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
            SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
        .enable(
            DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.ACCEPT_FLOAT_AS_INT,
            DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
            DeserializationFeature.EAGER_DESERIALIZER_FETCH);
    return new JsonBinding(builder.build(), mostFields);
  }
}

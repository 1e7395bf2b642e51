package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Messages about failures of Jackson. Jackson's own messages quote values, so only those about a
 * class are repeated, and its exceptions are no causes of ours.
 */
final class JsonFailures {

  private JsonFailures() {}

  static CacheException encoding(Object value, Throwable failure) {
    UserErrors.rethrowFatal(failure);
    if (isOverflow(failure) || isTooDeepToWrite(failure)) {
      return new CacheException(
          "A value of %s cannot be stored as JSON: its objects contain each other, or have more"
                  .formatted(value.getClass())
              + " than "
              + JsonBinding.MAX_LEVELS
              + " levels");
    }
    InvalidDefinitionException definition =
        UserErrors.findIn(failure, InvalidDefinitionException.class);
    if (UserErrors.findIn(failure, CacheException.class) == null && definition != null) {
      return new CacheException(
          "A value of %s cannot be stored as JSON%s: %s"
              .formatted(value.getClass(), path(definition), definition.getOriginalMessage()));
    }
    CacheException refused = CodecFailures.encoding(value.getClass(), failure, null);
    JsonMappingException mapping = UserErrors.findIn(failure, JsonMappingException.class);
    return mapping == null || path(mapping).isEmpty()
        ? refused
        : new CacheException(refused.getMessage() + path(mapping), refused);
  }

  static UndecodableValueException decoding(Throwable failure) {
    UserErrors.rethrowFatal(failure);
    if (isOverflow(failure)) {
      return new UndecodableValueException("A stored value is nested too deeply", null);
    }
    if (UserErrors.findIn(failure, CacheException.class) == null) {
      InvalidDefinitionException definition =
          UserErrors.findIn(failure, InvalidDefinitionException.class);
      if (definition != null) {
        return new UndecodableValueException(
            "JSON cannot be read%s: %s"
                .formatted(path(definition), definition.getOriginalMessage()),
            null);
      }
      MismatchedInputException mismatch =
          UserErrors.findIn(failure, MismatchedInputException.class);
      if (mismatch != null && mismatch.getTargetType() != null) {
        return new UndecodableValueException(
            "Stored JSON does not fit class %s%s"
                .formatted(mismatch.getTargetType().getName(), path(mismatch)),
            null);
      }
    }
    if (failure instanceof JsonProcessingException && rootIsJackson(failure)) {
      return new UndecodableValueException("A stored value is no JSON, or exceeds a limit", null);
    }
    return CodecFailures.decoding(failure, null);
  }

  private static boolean rootIsJackson(Throwable failure) {
    return UserErrors.rootOf(failure) instanceof JsonProcessingException;
  }

  /** Jackson replaces a stack overflow by an exception without a cause. */
  private static boolean isTooDeepToWrite(Throwable failure) {
    JsonMappingException mapping = UserErrors.findIn(failure, JsonMappingException.class);
    return UserErrors.findIn(failure, StreamConstraintsException.class) != null
        || (mapping != null && String.valueOf(mapping.getOriginalMessage()).startsWith("Infinite"));
  }

  private static boolean isOverflow(Throwable failure) {
    return UserErrors.findIn(failure, StackOverflowError.class) != null;
  }

  /** The fields that lead to the failure; names from the value, such as map keys, are left out. */
  private static String path(JsonMappingException failure) {
    List<JsonMappingException.Reference> path = failure.getPath();
    StringBuilder text = new StringBuilder();
    for (JsonMappingException.Reference each : path) {
      Object from = each.getFrom();
      Class<?> type =
          from instanceof Class<?> named ? named : from == null ? null : from.getClass();
      if (isContainer(type) || each.getFieldName() == null) {
        text.append("[]");
      } else {
        text.append(text.isEmpty() ? "" : ".").append(each.getFieldName());
      }
    }
    return text.isEmpty() ? "" : " (at " + text + ")";
  }

  private static boolean isContainer(@Nullable Class<?> type) {
    return type == null
        || type.isArray()
        || Map.class.isAssignableFrom(type)
        || Collection.class.isAssignableFrom(type);
  }
}

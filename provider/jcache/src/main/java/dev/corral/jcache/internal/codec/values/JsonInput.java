package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A JSON parser that charges each object, array and element to a {@link DecodingBudget}, before
 * Jackson creates what it represents. For one thread.
 */
final class JsonInput extends JsonParserDelegate {

  /** An empty list with room for its first elements, or an empty hash table. */
  private static final int CONTAINER_BYTES = 160;

  /** An element in its container, and a boxed number or a short text. */
  private static final int ELEMENT_BYTES = 96;

  private final DecodingBudget budget;
  private final int objectBytes;

  /**
   * @param mostFields the largest number of fields of an object
   */
  JsonInput(JsonParser parser, DecodingBudget budget, int mostFields) {
    super(parser);
    this.budget = budget;
    this.objectBytes =
        CONTAINER_BYTES + DecodingBudget.OBJECT_BYTES + mostFields * DecodingBudget.FIELD_BYTES;
  }

  @Override
  @SuppressWarnings("NullAway") // null at the end
  public @Nullable JsonToken nextToken() throws IOException {
    JsonToken token = delegate.nextToken();
    if (token == JsonToken.START_OBJECT) {
      budget.allocate(objectBytes);
    } else if (token == JsonToken.START_ARRAY) {
      budget.allocate(CONTAINER_BYTES);
    } else if (token != null && token.isScalarValue()) {
      budget.allocate(ELEMENT_BYTES);
    }
    return token;
  }

  @Override
  @SuppressWarnings("NullAway") // null at the end
  public @Nullable JsonToken nextValue() throws IOException {
    JsonToken token = nextToken();
    return token == JsonToken.FIELD_NAME ? nextToken() : token;
  }
}

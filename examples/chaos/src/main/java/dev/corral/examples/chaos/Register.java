package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Operation.Call;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sequential specification of one key: a register with compare-and-set and removal.
 *
 * @param known whether the value is known; after a failover of Redis it may be any earlier one
 * @param value the value; null if there is no entry
 */
record Register(boolean known, @Nullable String value) {

  static final Register ABSENT = new Register(true, null);
  static final Register ANY = new Register(false, null);

  /**
   * The register after an operation that returned.
   *
   * @return empty if the operation cannot have returned this in this state
   */
  Optional<Register> after(Operation operation) {
    Call call = operation.call();
    String result = operation.reply().value();
    boolean did = "true".equals(result);
    return switch (call.kind()) {
      case GET -> given(matches(result), of(result));
      case CONTAINS -> given(isPresent(did), did ? this : ABSENT);
      case PUT, CHANGE_ROW -> Optional.of(of(call.argument()));
      case PUT_IF_ABSENT -> given(isPresent(!did), did ? of(call.argument()) : this);
      case REPLACE ->
          given(did ? matches(call.expected()) : differs(call), did ? of(call.argument()) : this);
      case REMOVE -> given(isPresent(did), ABSENT);
      case REMOVE_IF -> given(did ? matches(call.expected()) : differs(call), did ? ABSENT : this);
      case GET_AND_PUT, INVOKE -> given(matches(result), of(call.argument()));
      case GET_AND_REMOVE -> given(matches(result), ABSENT);
    };
  }

  /**
   * The register after an operation without a known result took effect.
   *
   * @return empty if it cannot have an effect in this state
   */
  Optional<Register> afterEffect(Operation operation) {
    Call call = operation.call();
    return switch (call.kind()) {
      case GET, CONTAINS -> Optional.empty();
      case PUT, GET_AND_PUT, INVOKE, CHANGE_ROW -> Optional.of(of(call.argument()));
      case PUT_IF_ABSENT -> given(isPresent(false), of(call.argument()));
      case REPLACE -> given(matches(call.expected()), of(call.argument()));
      case REMOVE, GET_AND_REMOVE -> given(isPresent(true), ABSENT);
      case REMOVE_IF -> given(matches(call.expected()), ABSENT);
    };
  }

  private static Register of(@Nullable String value) {
    return new Register(true, value);
  }

  private boolean matches(@Nullable String other) {
    return !known || Objects.equals(value, other);
  }

  private boolean differs(Call call) {
    return !known || !Objects.equals(value, call.expected());
  }

  private boolean isPresent(boolean expected) {
    return !known || (value != null) == expected;
  }

  private static Optional<Register> given(boolean condition, Register next) {
    return condition ? Optional.of(next) : Optional.empty();
  }
}

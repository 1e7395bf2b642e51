package dev.corral.examples.chaos;

import dev.corral.examples.chaos.Operation.Call;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one thread, drawn from a seed. For one thread.
 *
 * <p>The expected values of {@code replace(key, old, new)} and {@code remove(key, old)} are the
 * last ones that the thread has seen, so they depend on the run; everything else depends on the
 * seed.
 */
final class Workload {

  /** The number of keys of a cache in a round. */
  static final int KEYS = 64;

  /** The number of keys that get most operations, so that operations on them overlap. */
  private static final int HOT_KEYS = 4;

  /**
   * Part of the operations on the hot keys. The others are rarely changed, so an error in them is
   * not overwritten before the end of the round.
   */
  private static final int HOT_PERCENT = 60;

  /** Part of the operations on the cache with tags that change a row and invalidate a tag. */
  private static final int CHANGED_ROWS_PERCENT = 15;

  private static final int PERCENT = 100;

  private final String cache;
  private final int round;
  private final String valuePrefix;
  private final Random random;
  private final Map<String, String> lastSeen = new HashMap<>();
  private int values;

  /**
   * The operations of a thread.
   *
   * @param valuePrefix part of each value, which no other thread has in this round
   */
  Workload(String cache, int round, String valuePrefix, long seed) {
    this.cache = cache;
    this.round = round;
    this.valuePrefix = valuePrefix;
    this.random = new Random(seed);
  }

  /** The keys of a round. */
  static String key(int round, int number) {
    return "r%d-k%d".formatted(round, number);
  }

  /** The next operation. */
  Call next() {
    String key = nextKey();
    int percent = random.nextInt(PERCENT);
    OperationKind kind = cache.equals(Caches.TAGGED) ? taggedKind(percent) : kind(percent);
    boolean isConditional = kind == OperationKind.REPLACE || kind == OperationKind.REMOVE_IF;
    String expected = isConditional ? lastSeen.get(key) : null;
    if (isConditional && expected == null) {
      kind = OperationKind.GET;
    }
    boolean hasArgument = kind.mayChange() && !kind.removes();
    return new Call(cache, kind, key, hasArgument ? newValue() : null, expected);
  }

  private String nextKey() {
    boolean isHot = random.nextInt(PERCENT) < HOT_PERCENT;
    return key(round, random.nextInt(isHot ? HOT_KEYS : KEYS));
  }

  private static OperationKind taggedKind(int percent) {
    return percent < CHANGED_ROWS_PERCENT ? OperationKind.CHANGE_ROW : OperationKind.GET;
  }

  private static OperationKind kind(int percent) {
    if (percent < 38) {
      return OperationKind.GET;
    } else if (percent < 60) {
      return OperationKind.PUT;
    } else if (percent < 68) {
      return OperationKind.PUT_IF_ABSENT;
    } else if (percent < 76) {
      return OperationKind.REPLACE;
    } else if (percent < 81) {
      return OperationKind.GET_AND_PUT;
    } else if (percent < 88) {
      return OperationKind.REMOVE;
    } else if (percent < 91) {
      return OperationKind.REMOVE_IF;
    } else if (percent < 93) {
      return OperationKind.GET_AND_REMOVE;
    } else if (percent < 97) {
      return OperationKind.INVOKE;
    } else {
      return OperationKind.CONTAINS;
    }
  }

  private String newValue() {
    return valuePrefix + ":" + ++values;
  }

  /** A read that changes nothing, to find out whether the cache works again. */
  Call probe() {
    return new Call(cache, OperationKind.GET, nextKey(), null, null);
  }

  /** Learns the value of a key from an operation that returned. */
  void learn(Call call, @Nullable String result) {
    switch (call.kind()) {
      case GET -> {
        if (result == null) {
          lastSeen.remove(call.key());
        } else {
          lastSeen.put(call.key(), result);
        }
      }
      case PUT, GET_AND_PUT, INVOKE -> {
        if (call.argument() != null) {
          lastSeen.put(call.key(), call.argument());
        }
      }
      default -> {}
    }
  }

  /** The pause before the next operation. */
  long pauseMillis() {
    return random.nextInt(24);
  }
}

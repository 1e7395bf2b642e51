package dev.corral.cdc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a warning is logged: when its text is another one, and every five minutes while it is the
 * same. Used by one thread.
 */
final class RepeatedWarning {

  private final Interval repeating = new Interval(Duration.ofMinutes(5));
  private @Nullable String last;

  /** Whether to log a text now. */
  boolean isDue(String text) {
    if (text.equals(last) && !repeating.isDue()) {
      return false;
    }
    last = text;
    repeating.restart();
    return true;
  }

  /** Lets the next warning be logged, whatever its text is. */
  void reset() {
    last = null;
  }
}

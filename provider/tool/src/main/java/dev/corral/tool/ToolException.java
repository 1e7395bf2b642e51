package dev.corral.tool;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A failure with a message for the user, and the exit code of the tool. */
final class ToolException extends RuntimeException {

  /** Nothing is wrong. */
  static final int OK = 0;

  /** The answer is negative: there is no such entry, or the doctor found a problem. */
  static final int NEGATIVE = 1;

  /** The arguments or the settings are wrong. */
  static final int USAGE = 2;

  /** Redis cannot be reached, or does not answer. */
  static final int UNAVAILABLE = 3;

  /** Redis refuses the login or a command. */
  static final int REFUSED = 4;

  /** The tool itself has failed. */
  static final int INTERNAL = 70;

  @Serial private static final long serialVersionUID = 1L;

  private final int exitCode;

  ToolException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  ToolException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  int exitCode() {
    return exitCode;
  }
}

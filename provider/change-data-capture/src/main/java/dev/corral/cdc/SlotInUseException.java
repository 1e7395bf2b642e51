package dev.corral.cdc;

import org.jspecify.annotations.Nullable;

/** Another connection reads from the replication slot, such as that of a JVM that has just died. */
final class SlotInUseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SlotInUseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

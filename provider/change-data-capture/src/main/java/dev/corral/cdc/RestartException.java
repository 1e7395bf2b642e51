package dev.corral.cdc;

/** The log has to be followed from the beginning, because something is not as it was. */
final class RestartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RestartException(String message) {
    super(message);
  }
}

package dev.corral.spring.boot;

/**
 * A mistake in the settings of Corral, in its beans, or in Redis' configuration, which was found at
 * the start. The message is that of Corral, with the places of the properties that it names.
 */
final class CorralStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CorralStartException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.corral.cdc;

/** Someone has to change something in the database before its log can be followed. */
final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}

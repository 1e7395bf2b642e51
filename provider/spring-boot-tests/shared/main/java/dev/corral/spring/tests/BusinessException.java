package dev.corral.spring.tests;

/** What a cached method throws on purpose. */
public final class BusinessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BusinessException(String message) {
    super(message);
  }
}

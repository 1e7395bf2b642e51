package dev.corral.examples.hibernate;

/** What a customer gets. A constant with a body is a class of its own; the cache must not mind. */
public enum Format {
  PRINT,
  EBOOK {
    @Override
    boolean needsShelf() {
      return false;
    }
  };

  boolean needsShelf() {
    return true;
  }
}

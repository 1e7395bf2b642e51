package dev.corral.examples.hibernate;

/**
 * The format of a copy. {@code EBOOK} has its own class, and the cache must support such constants.
 */
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

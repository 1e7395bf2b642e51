package dev.corral.examples.chaos;

/** A method of the cache that the workers call. */
enum OperationKind {
  GET,
  CONTAINS,
  PUT,
  PUT_IF_ABSENT,
  /** {@code replace(key, expected, argument)}. */
  REPLACE,
  GET_AND_PUT,
  REMOVE,
  /** {@code remove(key, expected)}. */
  REMOVE_IF,
  GET_AND_REMOVE,
  /** An entry processor that sets the argument and returns the value from before. */
  INVOKE,
  /** Writes a row into the database, around the cache, and then invalidates the tag of its key. */
  CHANGE_ROW;

  /** Whether the operation may change an entry. */
  boolean mayChange() {
    return this != GET && this != CONTAINS;
  }

  /** Whether the operation removes an entry, if it changes it. */
  boolean removes() {
    return this == REMOVE || this == REMOVE_IF || this == GET_AND_REMOVE;
  }

  /** Whether the change does not depend on the entry. */
  boolean isUnconditional() {
    return this == PUT || this == GET_AND_PUT || this == INVOKE || this == REMOVE;
  }
}

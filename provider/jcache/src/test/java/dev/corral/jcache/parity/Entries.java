package dev.corral.jcache.parity;

/** The values of the cases. */
final class Entries {

  /** The value of a live or expired entry before the operation. */
  static final String PREPARED = "old";

  /** The value that operations put. */
  static final String NEW = "new";

  private Entries() {}
}

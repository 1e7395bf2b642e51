package dev.corral.jcache.parity;

/** The values that the cases work with. */
final class Entries {

  /** What a live or an expired entry holds before the operation. */
  static final String PREPARED = "old";

  /** What operations put. */
  static final String NEW = "new";

  private Entries() {}
}

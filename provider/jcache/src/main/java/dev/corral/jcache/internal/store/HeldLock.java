package dev.corral.jcache.internal.store;

/** A lock of a key that the caller holds. A commit may release it in the same step. */
public interface HeldLock {

  /** A lock that outlives the commit, or no lock at all. */
  HeldLock NOT_RELEASED_BY_COMMIT =
      new HeldLock() {
        @Override
        public String token() {
          return "";
        }

        @Override
        public void released() {}
      };

  /** Identifies the lock to Redis; empty if the commit must not release it. */
  String token();

  /** Redis has released the lock. */
  void released();
}

package dev.corral.jcache.internal.store;

/** A key that is held. The commit, after which nobody needs it any more, may end it in one step. */
public interface HeldLock {

  /** One that goes on after the commit. */
  HeldLock NOT_RELEASED_BY_COMMIT =
      new HeldLock() {
        @Override
        public String token() {
          return "";
        }

        @Override
        public void released() {}
      };

  /** What Redis knows it by; empty if it is not to end with the commit. */
  String token();

  /** Redis has ended it. */
  void released();
}

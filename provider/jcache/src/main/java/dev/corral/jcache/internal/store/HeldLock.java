package dev.corral.jcache.internal.store;

/** A key that is held. The commit, after which nobody needs it any more, may end it in one step. */
public interface HeldLock {

  /** One that goes on after the commit. */
  HeldLock LASTING =
      new HeldLock() {
        @Override
        public String name() {
          return "";
        }

        @Override
        public void ended() {}
      };

  /** What Redis knows it by; empty if it is not to end with the commit. */
  String name();

  /** Redis has ended it. */
  void ended();
}

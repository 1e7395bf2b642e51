package dev.corral.examples.chaos;

/** The network between one worker and all servers, as the relays make it. Safe for many threads. */
final class Link {

  /** What the network does with bytes and connections. */
  enum State {
    OPEN,
    /** Bytes do not arrive, but the connections exist. */
    SILENT,
    /** Connections are closed and refused. */
    CUT
  }

  private State state = State.OPEN;
  private long delayMillis;

  synchronized void set(State next) {
    state = next;
    notifyAll();
  }

  /** Sets the time that each direction takes. */
  synchronized void setDelay(long millis) {
    delayMillis = millis;
  }

  synchronized boolean isCut() {
    return state == State.CUT;
  }

  synchronized long delayMillis() {
    return delayMillis;
  }

  /** Waits until bytes may pass; returns false if the connection is cut instead. */
  synchronized boolean awaitPassage() throws InterruptedException {
    while (state == State.SILENT) {
      wait();
    }
    return state == State.OPEN;
  }
}

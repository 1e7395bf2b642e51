package dev.corral.cdc;

import dev.corral.cdc.ChangeDataStatus.Role;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is shown of a follower. Written by one thread, read by any. */
final class Counters {

  final LongAdder transactions = new LongAdder();
  final LongAdder keys = new LongAdder();
  final LongAdder clears = new LongAdder();
  private volatile Role role = Role.STANDBY;
  private volatile @Nullable String position;
  private volatile @Nullable Duration delay;
  private volatile @Nullable Long bytes;
  private volatile @Nullable String failure;

  /** What this JVM does. If it is not at the log, it does not know how far it is behind. */
  void role(Role current) {
    role = current;
    if (current != Role.FOLLOWING && current != Role.STARTING) {
      delay = null;
      bytes = null;
    }
  }

  void position(String current) {
    position = current;
  }

  void delay(Duration last) {
    delay = last;
  }

  void bytesBehind(long current) {
    bytes = current;
  }

  void failure(@Nullable String last) {
    failure = last;
  }

  ChangeDataStatus status() {
    return new ChangeDataStatus(
        role,
        position,
        transactions.sum(),
        keys.sum(),
        clears.sum(),
        new ChangeDataStatus.Lag(delay, bytes),
        failure);
  }
}

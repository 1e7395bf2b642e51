package dev.corral.jcache.internal.store.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.store.QueueUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two JVMs take, renew and release the lock of one key by lock tokens. */
class LockCommandsTest {

  /** Far shorter than the lease, at whose end Redis frees an abandoned lock. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();
  private final LockCommands ours = commands();
  private final LockCommands others = commands();

  private LockCommands commands() {
    return LockCommands.ofKeyLocks(cache.context, cache.releases, () -> 0);
  }

  /**
   * When the owner takes the lock again, the waiter gets it, and need not wait for the end of the
   * lease.
   */
  @Test
  void take_releaseWasLost_passesTheLockToTheWaiter() {
    assertThat(ours.take("k", 1).join().done()).isTrue();
    assertThat(others.take("k", 1).join().done()).isFalse();
    await().atMost(SOON).until(() -> !ours.take("k", 2).join().done());
    assertThat(others.take("k", 2).join().done()).isTrue();
  }

  @Test
  void releaseRenewAndTake_olderLockToken_doNothing() {
    assertThat(ours.take("k", 1).join().done()).isTrue();
    assertThat(ours.take("k", 2).join().done()).isTrue();
    assertThat(ours.release("k", 1).join().done()).isFalse();
    assertThat(ours.renew("k", 1).join().done()).isFalse();
    assertThat(ours.take("k", 1).join().done()).isFalse();
    assertThat(others.take("k", 3).join().done()).isFalse();
    assertThat(others.release("k", 2).join().done()).isFalse();
    assertThat(ours.renew("k", 2).join().done()).isTrue();
    assertThat(ours.release("k", 2).join().done()).isTrue();
    assertThat(others.take("k", 3).join().done()).isTrue();
    assertThat(ours.take("k", 4).join().done()).isFalse();
  }
}

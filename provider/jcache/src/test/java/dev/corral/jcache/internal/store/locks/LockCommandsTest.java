package dev.corral.jcache.internal.store.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.store.QueueUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The holds of one key by number, as two JVMs take, renew and release them in Redis. */
class LockCommandsTest {

  /** Far less than the lease by which an abandoned lock would end. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final QueueUnderTest cache = new QueueUnderTest();
  private final LockCommands ours = new LockCommands(cache.context, () -> 0);
  private final LockCommands others = new LockCommands(cache.context, () -> 0);

  /** Its own JVM does not take it over either, so nobody waits for the end of the lease. */
  @Test
  void take_releaseWasLost_whoWaitsHasItAsSoonAsItsJvmWantsItAgain() {
    assertThat(ours.take("k", 1).join().done()).isTrue();
    assertThat(others.take("k", 1).join().done()).isFalse();
    await().atMost(SOON).until(() -> !ours.take("k", 2).join().done());
    assertThat(others.take("k", 2).join().done()).isTrue();
  }

  @Test
  void whatComesLateOfAnEarlierHold_doesNothing() {
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

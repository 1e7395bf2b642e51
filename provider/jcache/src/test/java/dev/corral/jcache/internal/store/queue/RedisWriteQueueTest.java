package dev.corral.jcache.internal.store.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.store.QueueUnderTest;
import dev.corral.jcache.internal.store.queue.WriteQueue.Refused;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;

/** Which JVM may take writes out of the queue, and which writes it gets. */
class RedisWriteQueueTest {

  private final QueueUnderTest queue = new QueueUnderTest();
  private final WriteQueue<String, String> ours = queue.ours;
  private final WriteQueue<String, String> theirs = queue.theirs;

  private List<PendingWrite<String, String>> takenByThem() {
    theirs.makeDue();
    return theirs.take(0, 10).writes();
  }

  @Test
  void take_leasedByAnotherJvm_returnsNothing() {
    queue.put("k", "1");

    assertThat(ours.take(0, 10).writes()).singleElement().matches(it -> "1".equals(it.value()));
    ours.makeDue();

    assertThat(theirs.take(0, 10).leased()).isFalse();
    assertThat(ours.stillLeased(0)).isTrue();
    ours.release();
    assertThat(takenByThem()).hasSize(1);
  }

  @Test
  void acknowledgeGiveBackAndTake_leaseTakenOver_areRefused() {
    queue.put("k", "1");
    var taken = ours.take(0, 10);
    queue.endLease();
    assertThat(takenByThem()).hasSize(1);

    assertThat(ours.stillLeased(0)).isFalse();
    assertThat(ours.acknowledge(0, taken.takenMillis(), taken.writes())).isFalse();
    assertThat(ours.giveBack(0, List.of(new Refused<>(taken.writes().get(0), 1, -1, "no"))))
        .isFalse();
    assertThat(ours.take(0, 10).leased()).isFalse();
    ours.release();
    assertThat(theirs.stillLeased(0)).isTrue();
    assertThat(theirs.status(List.of()).statistics().depth()).isEqualTo(1);
  }

  @Test
  void acknowledge_changedMeanwhile_keepsTheNewerWrite() {
    queue.put("k", "1");
    var taken = ours.take(0, 10);
    queue.put("k", "2");

    assertThat(ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();

    assertThat(ours.take(0, 10).writes()).singleElement().matches(it -> "2".equals(it.value()));
  }

  @Test
  void giveBack_changedMeanwhile_storesNoDeadLetterAndCountsNoAttempt() {
    queue.put("k", "1");
    var taken = ours.take(0, 10);
    queue.put("k", "2");

    assertThat(ours.giveBack(0, List.of(new Refused<>(taken.writes().get(0), 9, -1, "no"))))
        .isTrue();

    assertThat(ours.deadLetters()).isEmpty();
    assertThat(ours.take(0, 10).writes())
        .singleElement()
        .matches(it -> "2".equals(it.value()) && it.attempts() == 0);
  }

  @Test
  void take_malformedRecord_returnsTheOtherWrites() {
    queue.put("k", "1");
    damage(queue.keys.queue(0).get(0));
    RedisUnderTest.client()
        .<String>getScoredSortedSet(queue.keys.due(0), StringCodec.INSTANCE)
        .addAll(Map.of("short", 0.0, "text", 0.0));

    assertThat(ours.take(0, 10).writes()).singleElement().matches(it -> "k".equals(it.key()));
  }

  @Test
  void deadLetters_malformedOne_returnsTheOthers() {
    queue.put("k", "1");
    ours.giveBack(0, List.of(new Refused<>(ours.take(0, 10).writes().get(0), 9, -1, "no")));
    damage(queue.keys.dead(0));

    assertThat(ours.deadLetters()).singleElement().matches(it -> "k".equals(it.key()));
  }

  private void damage(String hash) {
    queue.redis.await(
        "queue",
        "test",
        queue.redis.putFields(
            hash, Map.of("short", "x", "text", "a text of another program, long")));
  }
}

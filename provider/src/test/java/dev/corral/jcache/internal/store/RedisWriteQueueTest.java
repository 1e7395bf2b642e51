package dev.corral.jcache.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.pipeline.writing.PendingWrite;
import dev.corral.jcache.internal.pipeline.writing.WriteQueue;
import dev.corral.jcache.internal.pipeline.writing.WriteQueue.Refused;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnderTest;
import dev.corral.jcache.internal.redis.codec.AllowList;
import dev.corral.jcache.internal.redis.codec.KeyCodecs;
import dev.corral.jcache.internal.redis.codec.KryoValueCodec;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who may take writes out of the queue, and which. */
class RedisWriteQueueTest {

  private final RedisCommands redis =
      new RedisCommands(RedisUnderTest.client(), Duration.ofSeconds(5));
  private final KeySpace names = new KeySpace("", "queue-" + UUID.randomUUID(), 1);
  private final AllowList allowed = AllowList.of(List.of(), String.class, String.class);
  private final ClassLoader loader = getClass().getClassLoader();
  private final EntryCodec<String, String> codec =
      new EntryCodec<>(
          "queue", new KeyCodecs(List.of(), allowed, loader), new KryoValueCodec(loader, allowed));
  private final EntryCalls calls =
      new EntryCalls(redis, names, "queue", "node", new EntryCalls.Terms(0, 100, 0));
  private final WriteQueue<String, String> ours = queue();
  private final WriteQueue<String, String> theirs = queue();

  private WriteQueue<String, String> queue() {
    return new RedisWriteQueue<>(redis, names, codec, "queue", "node", Duration.ZERO);
  }

  private void put(String key, String value) {
    var operation = dev.corral.jcache.internal.entry.EntryOperation.put(value);
    var expiry = new Expiry(new ConstantExpiryPolicy(null, null, null));
    calls.settle(
        codec.text(key),
        EntryCommand.deciding(operation, null, codec.bytes(value), expiry.ofEntry(), true),
        expiry);
  }

  /** As if the lease had ended while its holder was paused. */
  private void endLease() {
    redis.await("queue", "test", redis.unlink(names.drainer(0)));
  }

  private List<PendingWrite<String, String>> takenByThem() {
    theirs.hasten();
    return theirs.take(0, 10).writes();
  }

  @Test
  void take_leasedByAnother_givesNothing() {
    put("k", "1");

    assertThat(ours.take(0, 10).writes()).singleElement().matches(it -> "1".equals(it.value()));
    ours.hasten();

    assertThat(theirs.take(0, 10).leased()).isFalse();
    assertThat(ours.stillLeased(0)).isTrue();
    ours.release();
    assertThat(takenByThem()).hasSize(1);
  }

  @Test
  void lease_takenOver_theFormerHolderMayDoNothing() {
    put("k", "1");
    var taken = ours.take(0, 10);
    endLease();
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
  void acknowledge_changedMeanwhile_keepsTheNewer() {
    put("k", "1");
    var taken = ours.take(0, 10);
    put("k", "2");

    assertThat(ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();

    assertThat(ours.take(0, 10).writes()).singleElement().matches(it -> "2".equals(it.value()));
  }

  @Test
  void giveBack_changedMeanwhile_parksNothingAndCountsNoAttempt() {
    put("k", "1");
    var taken = ours.take(0, 10);
    put("k", "2");

    assertThat(ours.giveBack(0, List.of(new Refused<>(taken.writes().get(0), 9, -1, "no"))))
        .isTrue();

    assertThat(ours.deadLetters()).isEmpty();
    assertThat(ours.take(0, 10).writes())
        .singleElement()
        .matches(it -> "2".equals(it.value()) && it.attempts() == 0);
  }
}

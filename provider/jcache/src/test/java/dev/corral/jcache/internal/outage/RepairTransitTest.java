package dev.corral.jcache.internal.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.client.SharedRedis;
import dev.corral.jcache.internal.store.ChangeOrder;
import dev.corral.jcache.internal.store.QueueUnderTest;
import dev.corral.jcache.internal.store.queue.PendingWrite;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Repairs whose transit takes longer than the time between the changes. */
class RepairTransitTest {

  private static final int TRANSIT_MILLIS = 300;

  private final OwnRedis redis = new OwnRedis();
  private final SharedRedis shared = SharedRedis.open(redis.server().ownSettings());
  private final QueueUnderTest queue = new QueueUnderTest(shared.client());
  private final RepairSender sender =
      new RepairSender(queue.context, ChangeOrder.writer(), queue.clocks);

  @AfterEach
  void close() {
    shared.close();
    redis.close();
  }

  private Repair written(String value) {
    long begun = ChangeOrder.nanos();
    byte[] bytes = queue.codec.bytes(value);
    return new Repair("k", new Repair.Written(false, bytes, begun, ChangeOrder.next()));
  }

  /** Redis does not know the script, as after its restart, so the script is sent twice. */
  private void repairSlowly(Repair repair) {
    redis.raw().call("SCRIPT", "FLUSH");
    redis.raw().call("CLIENT", "PAUSE", TRANSIT_MILLIS);
    sender.send(0, List.of(repair)).join();
  }

  @Test
  void repair_firstOneIsSlowAndItsScriptUnknown_theLaterChangeIsTheLast() {
    queue.put("k", "0");
    queue.ours.makeDue();
    queue.ours.take(0, 10);
    Repair first = written("1");
    Repair second = written("2");

    repairSlowly(first);
    sender.send(0, List.of(second)).join();

    queue.endSettling();
    queue.ours.makeDue();
    assertThat(queue.ours.take(0, 10).writes())
        .extracting(PendingWrite::value)
        .containsExactly("2");
  }

  @Test
  void repair_laterOneIsSlow_theLaterChangeIsTheLast() {
    queue.put("k", "0");
    queue.ours.makeDue();
    queue.ours.take(0, 10);
    Repair first = written("1");
    Repair second = written("2");

    repairSlowly(second);
    sender.send(0, List.of(first)).join();

    queue.endSettling();
    queue.ours.makeDue();
    assertThat(queue.ours.take(0, 10).writes())
        .extracting(PendingWrite::value)
        .containsExactly("2");
  }
}

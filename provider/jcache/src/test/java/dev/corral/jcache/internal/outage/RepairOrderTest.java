package dev.corral.jcache.internal.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.store.BucketClocks;
import dev.corral.jcache.internal.store.ChangeOrder;
import dev.corral.jcache.internal.store.QueueUnderTest;
import dev.corral.jcache.internal.store.queue.PendingWrite;
import dev.corral.jcache.internal.store.queue.WriteQueue.Refused;
import dev.corral.jcache.internal.store.queue.WriteQueue.Taken;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The order of changes to one key, of which one was written around Redis during an outage and
 * others were queued: the database must get the newest one last.
 */
@Tag("baseline-jdk")
@ParameterizedClass
@ValueSource(booleans = {true, false})
class RepairOrderTest {

  private final QueueUnderTest queue = new QueueUnderTest();
  private final RepairSender sender;

  /**
   * @param sameJvm whether the JVM that repairs is the one that queued its changes
   */
  RepairOrderTest(boolean sameJvm) {
    String writer = sameJvm ? ChangeOrder.writer() : "otherJvm";
    this.sender = new RepairSender(queue.context, writer, queue.clocks);
  }

  /** Writes a value of "k" to the database now; returns the repair that belongs to it. */
  private Repair written(String value) {
    tick();
    long begun = ChangeOrder.nanos();
    Repair.Written now =
        new Repair.Written(false, queue.codec.bytes(value), begun, ChangeOrder.next());
    tick();
    return new Repair("k", now);
  }

  /** Lets time pass, because changes of two JVMs are ordered by times in milliseconds. */
  private static void tick() {
    try {
      TimeUnit.MILLISECONDS.sleep(15);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void repair(Repair repair) {
    repair(sender, repair);
  }

  private void repair(RepairSender by, Repair repair) {
    queue.context.await("repair", by.send(0, List.of(repair)));
    queue.endSettling();
  }

  /** Another JVM, which has read the server's clock exactly, or with this uncertainty. */
  private RepairSender otherJvm(int uncertainSeconds) {
    BucketClocks clocks = new BucketClocks(queue.context);
    readClock(clocks, uncertainSeconds);
    return new RepairSender(queue.context, "thirdJvm", clocks);
  }

  /** The reply to a request that was sent some seconds ago. */
  private static void readClock(BucketClocks clocks, int seconds) {
    long sent = ChangeOrder.nanos() - TimeUnit.SECONDS.toNanos(seconds);
    clocks.record(0, sent, System.currentTimeMillis());
  }

  private Taken<String, String> take() {
    queue.ours.makeDue();
    return queue.ours.take(0, 10);
  }

  private List<String> values(Taken<String, String> taken) {
    return taken.writes().stream().map(PendingWrite::value).toList();
  }

  /** The database has the new value, and no drainer has the old one. */
  @Test
  void repair_olderWriteIsQueued_removesIt() {
    queue.put("k", "old");
    repair(written("new"));
    assertThat(values(take())).isEmpty();
  }

  @Test
  void repair_olderWriteWasTakenByADrainerThatDied_replacesIt() {
    queue.put("k", "old");
    assertThat(values(take())).containsExactly("old");
    queue.endLease();
    repair(written("new"));
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void repair_olderWriteIsQueuedAndAnotherOneIsBeingWritten_replacesIt() {
    queue.put("k", "oldest");
    take();
    queue.put("k", "old");
    repair(written("new"));
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void repair_olderWriteWasRefusedByTheWriter_removesIt() {
    queue.put("k", "old");
    assertThat(queue.ours.giveBack(0, List.of(new Refused<>(take().writes().get(0), 1, 0, "no"))))
        .isTrue();
    repair(written("new"));
    assertThat(values(take())).isEmpty();
  }

  /** Changes around Redis reach the database in their own order, whatever their times seem. */
  @Test
  void repair_byTwoJvmsThatWroteAroundRedis_queuesNothing() {
    queue.put("k", "old");
    Repair first = written("first");
    Repair second = written("second");
    repair(second);
    repair(first);
    assertThat(values(take())).isEmpty();

    queue.put("k", "old");
    first = written("first");
    second = written("second");
    repair(first);
    repair(second);
    assertThat(values(take())).isEmpty();
  }

  @Test
  void repair_newerWriteIsQueued_keepsIt() {
    Repair written = written("old");
    queue.put("k", "new");
    repair(written);
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void repair_olderWriteWasWrittenSince_queuesTheChangeAgain() {
    queue.put("k", "old");
    Repair written = written("new");
    writeAll();
    repair(written);
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void repair_olderWriteIsBeingWritten_queuesTheChangeAgain() {
    queue.put("k", "old");
    Repair written = written("new");
    var taken = take();
    repair(written);
    assertThat(queue.ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void repair_newerWriteWasWrittenSince_queuesNothing() {
    queue.put("k", "old");
    Repair written = written("older");
    queue.put("k", "new");
    writeAll();
    repair(written);
    assertThat(values(take())).isEmpty();
  }

  @Test
  void repair_olderWriteAndNewerOneOfAnotherKeyWereWrittenSince_queuesTheChangeAgain() {
    queue.put("k", "old");
    Repair written = written("new");
    queue.put("other", "newer");
    writeAll();
    repair(written);
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void repair_onlyAnotherKeyWasWrittenSince_queuesNothing() {
    queue.put("k", "old");
    writeAll();
    Repair written = written("new");
    queue.put("other", "newer");
    writeAll();
    repair(written);
    assertThat(values(take())).isEmpty();
  }

  @Test
  void repair_moreKeysWereWrittenThanRedisRecords_usesTheRecordedHalf() {
    queue.put("k", "old");
    Repair written = written("new");
    writeAll();
    queue.fillKnown();
    queue.put("other", "newer");
    writeAll();
    repair(written);
    assertThat(values(take())).containsExactly("new");

    queue.put("k", "old");
    written = written("newest");
    writeAll();
    queue.fillKnown();
    queue.put("other", "newer");
    writeAll();
    queue.fillKnown();
    queue.put("other", "newer");
    writeAll();
    repair(written);
    assertThat(values(take()))
        .describedAs("any of the forgotten writes may have been newer")
        .isEmpty();
  }

  private void writeAll() {
    var taken = take();
    assertThat(queue.ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();
  }

  @Test
  void repair_nothingWasWrittenSince_queuesNothing() {
    queue.put("k", "old");
    writeAll();
    repair(written("new"));
    assertThat(values(take())).isEmpty();
  }

  @Test
  void repair_byTwoJvmsWhileAnOlderWriteIsBeingWritten_queuesTheLaterChange() {
    queue.put("k", "old");
    take();
    Repair first = written("first");
    Repair second = written("second");
    repair(second);
    repair(first);
    assertThat(values(take())).containsExactly("second");

    first = written("third");
    second = written("fourth");
    repair(first);
    repair(second);
    assertThat(values(take())).containsExactly("fourth");
  }

  /** The bounds of one change reach beyond now, but what counts is their middle. */
  @Test
  void repair_laterChangeIsOfAJvmWithWideBounds_queuesTheLaterChange() {
    queue.put("k", "old");
    take();
    Repair first = written("first");
    Repair second = written("second");
    repair(first);
    repair(otherJvm(4), second);
    assertThat(values(take())).containsExactly("second");

    first = written("third");
    second = written("fourth");
    repair(second);
    repair(otherJvm(4), first);
    assertThat(values(take())).containsExactly("fourth");
  }

  @Test
  void repair_newerWriteIsQueuedWithWideBounds_keepsIt() {
    Repair written = written("old");
    readClock(queue.clocks, 4);
    queue.put("k", "new");
    repair(otherJvm(0), written);
    assertThat(values(take())).containsExactly("new");
  }

  /** A change does not inherit the bounds of the one that it replaces. */
  @Test
  void repair_olderWriteHasReplacedOneWithWideBounds_removesIt() {
    readClock(queue.clocks, 4);
    queue.put("k", "oldest");
    readClock(queue.clocks, 0);
    queue.put("k", "old");
    repair(otherJvm(0), written("new"));
    assertThat(values(take())).isEmpty();
  }

  @Test
  void repair_twiceBecauseTheReplyWasLost_hasTheSameEffect() {
    queue.put("k", "old");
    take();
    Repair written = written("new");
    repair(written);
    repair(written);
    assertThat(values(take())).containsExactly("new");

    queue.put("k", "newer");
    repair(written);
    assertThat(values(take())).containsExactly("newer");
  }

  /** The drainer has written the older change after the repaired one. */
  @Test
  void repair_twiceAndTheOlderWriteIsAcknowledgedBetween_hasTheSameEffect() {
    queue.put("k", "old");
    var taken = take();
    Repair written = written("new");
    repair(written);
    assertThat(queue.ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();
    repair(written);
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void repair_olderWriteIsAcknowledgedAfterALaterChange_queuesTheLaterChange() {
    queue.put("k", "old");
    var taken = take();
    repair(written("new"));
    Repair newest = written("newest");
    assertThat(queue.ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();
    repair(otherJvm(0), newest);
    assertThat(values(take())).containsExactly("newest");
  }

  @Test
  void repair_olderWriteWasAcknowledgedBeforeALaterChange_queuesNothing() {
    queue.put("k", "old");
    var taken = take();
    repair(written("new"));
    assertThat(queue.ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();
    repair(otherJvm(0), written("newest"));
    assertThat(values(take())).isEmpty();
  }

  @Test
  void repair_writerRefusedTheChange_keepsTheOlderWrite() {
    queue.put("k", "old");
    repair(new Repair("k", null));
    assertThat(values(take())).containsExactly("old");
  }

  @Test
  void repair_olderWriteIsADeadLetter_removesIt() {
    queue.put("k", "old");
    assertThat(queue.ours.giveBack(0, List.of(new Refused<>(take().writes().get(0), 9, -1, "no"))))
        .isTrue();
    assertThat(queue.ours.deadLetters()).hasSize(1);
    repair(written("new"));
    assertThat(queue.ours.deadLetters()).isEmpty();
  }

  /** The writer of another JVM is called while the repaired change is written. */
  @Test
  void repair_olderWriteWasAcknowledgedDuringTheWriterCall_queuesTheChangeAgain() {
    queue.put("k", "old");
    long begun = ChangeOrder.nanos();
    tick();
    writeAll();
    tick();
    byte[] value = queue.codec.bytes("new");
    repair(new Repair("k", new Repair.Written(false, value, begun, ChangeOrder.next())));
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void put_aRepairedChangeIsNewer_isOnlyMadeForACallerThatWaits() {
    var late = queue.command("k", "late");
    tick();
    repair(written("new"));
    assertThat(queue.arrivesLate(late)).isEqualTo("OVERTAKEN");
    assertThat(values(take())).isEmpty();
    queue.execute(late);
    assertThat(values(take())).containsExactly("late");
  }

  @Test
  void replay_changeIsOlderThanARepairedOne_isRemovedFromTheQueue() {
    queue.put("k", "old");
    Repair written = written("new");
    assertThat(queue.ours.giveBack(0, List.of(new Refused<>(take().writes().get(0), 9, -1, "no"))))
        .isTrue();
    assertThat(queue.ours.removeDeadLetters(/* queueAgain= */ true)).isEqualTo(1);
    repair(written);
    assertThat(values(take())).isEmpty();
  }

  @Test
  void take_afterARepair_takesNothingDuringTheSettlingTime() {
    queue.put("k", "old");
    queue.context.await("repair", sender.send(0, List.of()));
    assertThat(values(take())).isEmpty();
    await().until(() -> values(take()).equals(List.of("old")));
  }
}

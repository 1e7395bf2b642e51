package dev.corral.jcache.internal.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.store.QueueUnderTest;
import dev.corral.jcache.internal.store.queue.PendingWrite;
import dev.corral.jcache.internal.store.queue.WriteQueue.Refused;
import dev.corral.jcache.internal.store.queue.WriteQueue.Taken;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A change that the database got around Redis, and the others of its key that wait in the queue:
 * the last one of all must be the last that is written.
 */
class RepairOrderTest {

  private final QueueUnderTest queue = new QueueUnderTest();
  private final RepairSender calls = new RepairSender(queue.context);

  /** The database gets a value of "k" now. */
  private Repair written(String value) {
    tick();
    Repair.Written now = new Repair.Written(false, queue.codec.bytes(value), System.nanoTime());
    tick();
    return new Repair("k", now);
  }

  /** Times are compared in milliseconds. */
  private static void tick() {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void repair(Repair repair) {
    calls.send(List.of(repair));
    queue.endSettling();
  }

  private Taken<String, String> take() {
    queue.ours.hasten();
    return queue.ours.take(0, 10);
  }

  private List<String> values(Taken<String, String> taken) {
    return taken.writes().stream().map(PendingWrite::value).toList();
  }

  @Test
  void anOlderOneWaits_isReplaced() {
    queue.put("k", "old");
    repair(written("new"));
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void aNewerOneWaits_stays() {
    Repair written = written("old");
    queue.put("k", "new");
    repair(written);
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void anOlderOneWasWrittenSince_isWrittenOver() {
    queue.put("k", "old");
    Repair written = written("new");
    writeAll();
    repair(written);
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void anOlderOneIsJustBeingWritten_isWrittenOver() {
    queue.put("k", "old");
    Repair written = written("new");
    var taken = take();
    repair(written);
    assertThat(queue.ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void aNewerOneWasWrittenSince_isTheLast() {
    queue.put("k", "old");
    Repair written = written("older");
    queue.put("k", "new");
    writeAll();
    repair(written);
    assertThat(values(take())).isEmpty();
  }

  @Test
  void anOlderOneWasWrittenSince_andANewerOneOfAnotherKey_isWrittenOver() {
    queue.put("k", "old");
    Repair written = written("new");
    queue.put("other", "newer");
    writeAll();
    repair(written);
    assertThat(values(take())).containsExactly("new");
  }

  @Test
  void onlyAnotherKeyWasWrittenSince_isNotWrittenAgain() {
    queue.put("k", "old");
    writeAll();
    Repair written = written("new");
    queue.put("other", "newer");
    writeAll();
    repair(written);
    assertThat(values(take())).isEmpty();
  }

  @Test
  void moreKeysWereWrittenThanAreKnown_theNewerHalfIs() {
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
    assertThat(values(take())).describedAs("any of them may have been newer").isEmpty();
  }

  private void writeAll() {
    var taken = take();
    assertThat(queue.ours.acknowledge(0, taken.takenMillis(), taken.writes())).isTrue();
  }

  @Test
  void nothingWasWrittenSince_isNotWrittenAgain() {
    queue.put("k", "old");
    writeAll();
    repair(written("new"));
    assertThat(values(take())).isEmpty();
  }

  @Test
  void twoJvmsWroteAround_whoeverRepairsFirst_theLaterIsTheLast() {
    queue.put("k", "old");
    Repair first = written("first");
    Repair second = written("second");
    repair(second);
    repair(first);
    assertThat(values(take())).containsExactly("second");

    queue.put("k", "old");
    first = written("first");
    second = written("second");
    repair(first);
    repair(second);
    assertThat(values(take())).containsExactly("second");
  }

  @Test
  void theReplyOfTheRepairWasLost_itIsDoneAgainWithoutHarm() {
    queue.put("k", "old");
    Repair written = written("new");
    repair(written);
    repair(written);
    assertThat(values(take())).containsExactly("new");

    queue.put("k", "newer");
    repair(written);
    assertThat(values(take())).containsExactly("newer");
  }

  @Test
  void theWriterRefused_theOlderOneStays() {
    queue.put("k", "old");
    repair(new Repair("k", null));
    assertThat(values(take())).containsExactly("old");
  }

  @Test
  void anOlderOneWasParked_isForgotten() {
    queue.put("k", "old");
    assertThat(queue.ours.giveBack(0, List.of(new Refused<>(take().writes().get(0), 9, -1, "no"))))
        .isTrue();
    assertThat(queue.ours.deadLetters()).hasSize(1);
    repair(written("new"));
    assertThat(queue.ours.deadLetters()).isEmpty();
  }

  @Test
  void afterARepair_nothingIsTakenUntilOthersHadTheTimeForTheirs() {
    queue.put("k", "old");
    calls.send(List.of());
    assertThat(values(take())).isEmpty();
    await().until(() -> values(take()).equals(List.of("old")));
  }
}

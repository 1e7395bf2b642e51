package dev.corral.jcache.internal.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which repairs the queue keeps, and which it removes or merges. */
class RepairQueueTest {

  private final RepairQueue queue = new RepairQueue(3);

  private static List<Repair> removals(String... keys) {
    return Stream.of(keys).map(key -> new Repair(key, null)).toList();
  }

  private static List<String> keys(RepairQueue.Work work) {
    return work.repairs().stream().map(Repair::key).toList();
  }

  @Test
  void done_nothingWasAddedMeanwhile_isEmpty() {
    queue.add(removals("a", "b"));
    RepairQueue.Work work = queue.peek();
    assertThat(keys(work)).containsExactly("a", "b");
    queue.done(work);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void done_keyWasAddedAgainMeanwhile_keepsIt() {
    queue.add(removals("a", "b"));
    RepairQueue.Work work = queue.peek();
    queue.add(removals("b"));
    queue.done(work);
    assertThat(keys(queue.peek())).containsExactly("b");
  }

  @Test
  void add_moreKeysThanTheLimit_repairsAllEntries() {
    queue.add(removals("a", "b", "c"));
    assertThat(queue.peek().all()).isFalse();
    queue.add(removals("d"));
    RepairQueue.Work work = queue.peek();
    assertThat(work.all()).isTrue();
    assertThat(keys(work)).isEmpty();
    queue.done(work);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void done_repairOfAllWasAddedMeanwhile_keepsIt() {
    queue.addAll();
    RepairQueue.Work work = queue.peek();
    queue.addAll();
    queue.done(work);
    assertThat(queue.peek().all()).isTrue();
  }

  @Test
  void add_beyondTheLimit_keepsChangesThatTheDatabaseHas() {
    Repair written = new Repair("w", new Repair.Written(true, new byte[0], 1, 1));
    queue.add(List.of(written));
    queue.add(removals("a", "b", "c"));
    assertThat(queue.peek().all()).isTrue();
    assertThat(queue.peek().repairs()).containsExactly(written);
  }

  @Test
  void add_unwrittenChangeAfterAWrittenOne_keepsTheWrittenOne() {
    Repair written = new Repair("k", new Repair.Written(true, new byte[0], 1, 1));
    queue.add(List.of(written));
    RepairQueue.Work work = queue.peek();
    queue.add(removals("k"));
    queue.done(work);
    assertThat(queue.peek().repairs()).containsExactly(written);
  }

  /** The thread that wrote first may add its repair last. */
  @Test
  void add_earlierChangeAfterALaterOne_keepsTheLaterOne() {
    Repair later = new Repair("k", new Repair.Written(false, new byte[1], 2, 3));
    queue.add(List.of(later));
    queue.add(List.of(new Repair("k", new Repair.Written(false, new byte[2], 1, 2))));
    assertThat(queue.peek().repairs()).containsExactly(later);
  }

  @Test
  void add_someKeys_returnsTheirRepairsAlone() {
    Repair written = new Repair("k", new Repair.Written(true, new byte[0], 1, 1));
    queue.add(List.of(written));
    queue.addAll();
    RepairQueue.Work work = queue.add(removals("k"));
    assertThat(work.repairs()).containsExactly(written);
    queue.done(work);
    assertThat(queue.peek().all()).isTrue();
    assertThat(queue.peek().repairs()).isEmpty();
  }

  @Test
  void contains_keyOrAllEntriesAreToBeRepaired_isTrueUntilTheyAreDone() {
    assertThat(queue.contains("k")).isFalse();
    queue.add(removals("k"));
    assertThat(queue.contains("k")).isTrue();
    assertThat(queue.contains("other")).isFalse();
    queue.addAll();
    assertThat(queue.contains("other")).isTrue();
    queue.done(queue.peek());
    assertThat(queue.contains("k")).isFalse();
  }

  @Test
  void bytes_sameKeyTwice_countsItOnce() {
    for (String key : List.of("a", "a", "b")) {
      queue.add(List.of(new Repair(key, new Repair.Written(false, new byte[10], 1, 1))));
    }
    assertThat(queue.bytes()).isEqualTo(20);
    queue.done(queue.peek());
    assertThat(queue.bytes()).isZero();
  }
}

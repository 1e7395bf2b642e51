package dev.corral.jcache.internal.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered, and what is forgotten. */
class RepairQueueTest {

  private final RepairQueue queue = new RepairQueue(3);

  @Test
  void done_nothingCameInMeanwhile_isEmpty() {
    queue.add(List.of("a", "b"));
    RepairQueue.Work work = queue.peek();
    assertThat(work.keys()).containsExactly("a", "b");
    queue.done(work);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void done_keyCameInAgainMeanwhile_isKept() {
    queue.add(List.of("a", "b"));
    RepairQueue.Work work = queue.peek();
    queue.add(List.of("b"));
    queue.done(work);
    assertThat(queue.peek().keys()).containsExactly("b");
  }

  @Test
  void add_moreKeysThanTheLimit_areAllKeys() {
    queue.add(List.of("a", "b", "c"));
    assertThat(queue.peek().all()).isFalse();
    assertThat(queue.hasRoom(1)).isFalse();
    queue.add(List.of("d"));
    RepairQueue.Work work = queue.peek();
    assertThat(work.all()).isTrue();
    assertThat(work.keys()).isEmpty();
    queue.done(work);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void done_clearCameInMeanwhile_isKept() {
    queue.addAll();
    RepairQueue.Work work = queue.peek();
    queue.addAll();
    queue.done(work);
    assertThat(queue.peek().all()).isTrue();
  }
}

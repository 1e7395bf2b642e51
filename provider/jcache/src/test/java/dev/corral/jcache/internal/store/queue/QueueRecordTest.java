package dev.corral.jcache.internal.store.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How records of the queue, and dead letters, are parsed. */
class QueueRecordTest {

  @Test
  void of_record_isParsed() {
    assertThat(QueueRecord.of(QueueFuzzTarget.record()))
        .isEqualTo(new QueueRecord(7, false, 2, 53));
  }

  @Test
  void of_deadLetter_isParsed() {
    assertThat(DeadLetterRecord.of(QueueFuzzTarget.letter()))
        .isEqualTo(
            new DeadLetterRecord(
                false,
                3,
                Instant.ofEpochMilli(1_700_000_000_000L),
                Instant.ofEpochMilli(1_700_000_001_000L),
                "refused: käse",
                79));
  }

  @Test
  void of_malformed_isNull() {
    byte[] record = QueueFuzzTarget.record();
    byte[] letter = QueueFuzzTarget.letter();
    assertThat(QueueRecord.of(new byte[0])).isNull();
    assertThat(QueueRecord.of(Arrays.copyOf(record, 52))).isNull();
    assertThat(QueueRecord.of(ByteBuffer.wrap(record.clone()).put(8, (byte) 9).array())).isNull();
    assertThat(QueueRecord.of(ByteBuffer.wrap(record.clone()).putInt(9, -1).array())).isNull();
    assertThat(DeadLetterRecord.of(Arrays.copyOf(letter, 64))).isNull();
    for (int length : new int[] {-1, letter.length, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThat(DeadLetterRecord.of(ByteBuffer.wrap(letter.clone()).putInt(61, length).array()))
          .isNull();
    }
  }
}

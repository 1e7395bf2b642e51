package dev.corral.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** What PostgreSQL says of transactions and positions, as text. */
class SnapshotTest {

  @Test
  void includes_transactionRuns_isFalse() {
    Snapshot snapshot = Snapshot.parse("10:20:10,14");

    assertThat(snapshot).returns(10L, Snapshot::min).returns(20L, Snapshot::max);
    assertThat(snapshot.includes(9)).isTrue();
    assertThat(snapshot.includes(10)).isFalse();
    assertThat(snapshot.includes(13)).isTrue();
    assertThat(snapshot.includes(14)).isFalse();
    assertThat(snapshot.includes(20)).isFalse();
    assertThat(Snapshot.parse("7:7:").includes(6)).isTrue();
  }

  @Test
  void includes_numbersHaveWrappedAround_comparesAllBits() {
    long epoch = 3L << 32;
    Snapshot justAfter = Snapshot.parse((epoch - 5) + ":" + (epoch + 2) + ":" + (epoch - 5));

    assertThat(justAfter.includes(1)).isTrue();
    assertThat(justAfter.includes(2)).isFalse();
    assertThat(justAfter.includes(-1)).isTrue();
    assertThat(justAfter.includes(-5)).isFalse();

    Snapshot justBefore = Snapshot.parse((epoch - 2) + ":" + (epoch - 1) + ":");
    assertThat(justBefore.includes(-2)).isTrue();
    assertThat(justBefore.includes(-1)).isFalse();
    assertThat(justBefore.includes(3)).isFalse();
  }

  @Test
  void position_asText_isReadAgain() {
    Position position = new Position("7301", 2, LogSequenceNumber.valueOf("1A/16B3748"));

    assertThat(position.text()).isEqualTo("7301 2 1A/16B3748");
    assertThat(Position.parse(position.text())).isEqualTo(position);
    assertThat(Position.parse("7301 2")).isNull();
    assertThat(position.isOfSameHistory(new Position("7301", 3, position.lsn()))).isFalse();
  }
}

package dev.corral.jcache.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a JVM may conclude from announcements and from what Redis tells, in any order. */
class NearCacheLeaseTest {

  private static final long STALENESS = 100;
  private static final long START = Long.MAX_VALUE - 500; // the clock may overflow

  private final NearCacheLease bucket = new NearCacheLease(STALENESS, START);

  private void told(long sent, long number) {
    bucket.told(START + sent, bucket.number(), number);
  }

  private boolean isCurrent(long now) {
    return bucket.isCurrent(START + now);
  }

  @Test
  void start_nothingToldYet_isNotCurrent() {
    assertThat(isCurrent(0)).isFalse();
  }

  @Test
  void told_nothingMissing_isCurrentFromTheQuestionOn() {
    told(10, 7);
    assertThat(isCurrent(109)).isTrue();
    assertThat(isCurrent(110)).isFalse();
    told(700, 7);
    assertThat(isCurrent(799)).as("beyond the overflow").isTrue();
  }

  @Test
  void told_firstNumber_beginsAnEpoch() {
    int epoch = bucket.epoch();
    told(10, 7);
    assertThat(bucket.epoch()).isNotEqualTo(epoch);
  }

  @Test
  void announced_inOrder_keepsTheEpoch() {
    told(10, 7);
    int epoch = bucket.epoch();
    bucket.announced(7, 9, false);
    bucket.announced(9, 12, false);
    told(20, 12);
    assertThat(bucket.epoch()).isEqualTo(epoch);
    assertThat(bucket.gaps()).isZero();
    assertThat(isCurrent(115)).isTrue();
  }

  @Test
  void announced_oneMissing_endsTheEpoch() {
    told(10, 7);
    int epoch = bucket.epoch();
    bucket.announced(9, 12, false);
    assertThat(bucket.epoch()).isNotEqualTo(epoch);
    assertThat(bucket.gaps()).isEqualTo(1);
  }

  @Test
  void announced_ofAll_endsTheEpochWithoutAGap() {
    told(10, 7);
    int epoch = bucket.epoch();
    bucket.announced(7, 9, true);
    assertThat(bucket.epoch()).isNotEqualTo(epoch);
    assertThat(bucket.gaps()).isZero();
  }

  @Test
  void told_moreThanAnnounced_waitsForTheAnnouncement() {
    told(10, 7);
    told(50, 9);
    assertThat(isCurrent(115)).isFalse();
    bucket.announced(7, 9, false);
    assertThat(isCurrent(115)).isTrue();
    assertThat(isCurrent(150)).isFalse();
  }

  @Test
  void told_lessThanAnnounced_isTheAnswerToAnOlderQuestion() {
    told(10, 7);
    bucket.announced(7, 9, false);
    bucket.announced(9, 11, false);
    int epoch = bucket.epoch();
    bucket.told(START + 50, 7, 9);
    assertThat(isCurrent(149)).isTrue();
    assertThat(bucket.epoch()).isEqualTo(epoch);
  }

  @Test
  void told_lessThanBeforeTheQuestion_redisHasLostChanges() {
    told(10, 7);
    int epoch = bucket.epoch();
    told(50, 5);
    assertThat(bucket.epoch()).isNotEqualTo(epoch);
    assertThat(bucket.gaps()).isEqualTo(1);
  }

  @Test
  void told_announcementNeverComes_endsTheEpochOnceTheLeaseHasEnded() {
    told(10, 7);
    int epoch = bucket.epoch();
    told(30, 9);
    told(60, 9);
    told(90, 9);
    told(120, 9);
    assertThat(bucket.epoch()).isEqualTo(epoch);
    assertThat(isCurrent(121)).isFalse();
    told(130, 9);
    assertThat(bucket.epoch()).isNotEqualTo(epoch);
    assertThat(isCurrent(131)).as("with what is read from now on").isTrue();
  }

  @Test
  void told_answersInAnotherOrder_theOlderIsIgnored() {
    told(10, 7);
    told(50, 7);
    bucket.told(START + 30, 7, 9);
    assertThat(isCurrent(149)).isTrue();
    assertThat(bucket.gaps()).isZero();
  }

  @Test
  void announced_lateAfterANewStart_isOld() {
    told(10, 9);
    int epoch = bucket.epoch();
    bucket.announced(7, 9, false);
    assertThat(bucket.epoch()).isEqualTo(epoch);
  }

  @Test
  void isWorthFollowing_nobodyReads_notForEver() {
    int questions = 0;
    while (bucket.isWorthFollowing()) {
      questions++;
    }
    assertThat(questions).isPositive();
    bucket.ask();
    assertThat(bucket.isWorthFollowing()).isTrue();
  }
}

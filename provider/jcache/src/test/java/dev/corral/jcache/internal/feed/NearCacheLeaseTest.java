package dev.corral.jcache.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a lease is valid, and when its epoch ends, for invalidations and renewals in any order. */
class NearCacheLeaseTest {

  private static final long STALENESS = 100;
  private static final long START = Long.MAX_VALUE - 500; // the clock may overflow

  private final NearCacheLease lease = new NearCacheLease(STALENESS, START);

  private void renew(long sent, long last) {
    lease.onRenewal(START + sent, lease.received(), last);
  }

  private boolean isValid(long now) {
    return lease.isValid(START + now);
  }

  @Test
  void start_noRenewal_isNotValid() {
    assertThat(isValid(0)).isFalse();
  }

  @Test
  void renewal_nothingMissing_isValidFromTheRequestOn() {
    renew(10, 7);
    assertThat(isValid(109)).isTrue();
    assertThat(isValid(110)).isFalse();
    renew(700, 7);
    assertThat(isValid(799)).as("beyond the overflow").isTrue();
  }

  @Test
  void renewal_firstNumber_beginsAnEpoch() {
    int epoch = lease.epoch();
    renew(10, 7);
    assertThat(lease.epoch()).isNotEqualTo(epoch);
  }

  @Test
  void invalidation_inOrder_keepsTheEpoch() {
    renew(10, 7);
    int epoch = lease.epoch();
    lease.onInvalidation(7, 9, false);
    lease.onInvalidation(9, 12, false);
    renew(20, 12);
    assertThat(lease.epoch()).isEqualTo(epoch);
    assertThat(lease.gaps()).isZero();
    assertThat(isValid(115)).isTrue();
  }

  @Test
  void invalidation_numberMissing_endsTheEpoch() {
    renew(10, 7);
    int epoch = lease.epoch();
    lease.onInvalidation(9, 12, false);
    assertThat(lease.epoch()).isNotEqualTo(epoch);
    assertThat(lease.gaps()).isEqualTo(1);
  }

  @Test
  void invalidation_ofAll_endsTheEpochWithoutAGap() {
    renew(10, 7);
    int epoch = lease.epoch();
    lease.onInvalidation(7, 9, true);
    assertThat(lease.epoch()).isNotEqualTo(epoch);
    assertThat(lease.gaps()).isZero();
  }

  @Test
  void renewal_invalidationNotReceivedYet_isValidOnceItIsReceived() {
    renew(10, 7);
    renew(50, 9);
    assertThat(isValid(115)).isFalse();
    lease.onInvalidation(7, 9, false);
    assertThat(isValid(115)).isTrue();
    assertThat(isValid(150)).isFalse();
  }

  @Test
  void renewal_overtakenByInvalidations_isValid() {
    renew(10, 7);
    lease.onInvalidation(7, 9, false);
    lease.onInvalidation(9, 11, false);
    int epoch = lease.epoch();
    lease.onRenewal(START + 50, 7, 9);
    assertThat(isValid(149)).isTrue();
    assertThat(lease.epoch()).isEqualTo(epoch);
  }

  @Test
  void renewal_lowerThanReceivedBeforeTheRequest_isAGap() {
    renew(10, 7);
    int epoch = lease.epoch();
    renew(50, 5);
    assertThat(lease.epoch()).isNotEqualTo(epoch);
    assertThat(lease.gaps()).isEqualTo(1);
  }

  @Test
  void renewal_invalidationLost_endsTheEpochAfterTheStaleness() {
    renew(10, 7);
    int epoch = lease.epoch();
    renew(30, 9);
    renew(60, 9);
    renew(90, 9);
    renew(120, 9);
    assertThat(lease.epoch()).isEqualTo(epoch);
    assertThat(isValid(121)).isFalse();
    renew(130, 9);
    assertThat(lease.epoch()).isNotEqualTo(epoch);
    assertThat(isValid(131)).as("for entries that are read from now on").isTrue();
  }

  @Test
  void renewal_repliesOutOfOrder_olderReplyIsIgnored() {
    renew(10, 7);
    renew(50, 7);
    lease.onRenewal(START + 30, 7, 9);
    assertThat(isValid(149)).isTrue();
    assertThat(lease.gaps()).isZero();
  }

  @Test
  void invalidation_lateAfterARestart_isIgnored() {
    renew(10, 9);
    int epoch = lease.epoch();
    lease.onInvalidation(7, 9, false);
    assertThat(lease.epoch()).isEqualTo(epoch);
  }

  @Test
  void isWorthRenewing_noReads_endsUntilTheNextRead() {
    int renewals = 0;
    while (lease.isWorthRenewing()) {
      renewals++;
    }
    assertThat(renewals).isPositive();
    lease.recordRead();
    assertThat(lease.isWorthRenewing()).isTrue();
  }
}

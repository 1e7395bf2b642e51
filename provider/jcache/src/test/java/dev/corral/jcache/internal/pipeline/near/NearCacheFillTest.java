package dev.corral.jcache.internal.pipeline.near;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.feed.NearCacheLease;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was read from Redis is kept only if nothing was forgotten meanwhile. */
class NearCacheFillTest {

  private static final byte[] BYTES = {1};

  private final NearCacheLease bucket =
      new NearCacheLease(Duration.ofSeconds(10).toNanos(), System.nanoTime());
  private final NearCache<String, String> near =
      new NearCache<>(
          NearCacheOptions.ofEntries(10),
          new Keys(),
          List.of(bucket),
          bytes -> "decoded",
          read -> 60_000,
          () -> true);

  @BeforeEach
  void lease() {
    bucket.told(System.nanoTime(), bucket.number(), 1);
  }

  private void fill(NearCache.Ticket ticket, String value) {
    near.fill("k", ticket, Snapshot.live(value, BYTES));
  }

  @Test
  void fill_nothingHappened_isKept() {
    fill(near.ticket("k"), "v");
    assertThat(near.get("k")).isEqualTo("v");
  }

  @Test
  void fill_keyForgottenMeanwhile_isDropped() {
    NearCache.Ticket ticket = near.ticket("k");
    near.invalidateText("k");
    fill(ticket, "old");
    assertThat(near.get("k")).isNull();
    assertThat(near.statistics().droppedFills()).isEqualTo(1);
  }

  @Test
  void fill_epochEndedMeanwhile_isDropped() {
    NearCache.Ticket ticket = near.ticket("k");
    bucket.forgetAll();
    fill(ticket, "old");
    assertThat(near.get("k")).isNull();
  }

  @Test
  void fill_outdatedWhileANewerOneStands_leavesThat() {
    NearCache.Ticket old = near.ticket("k");
    near.forget("k");
    fill(near.ticket("k"), "new");
    fill(old, "old");
    assertThat(near.get("k")).isEqualTo("new");
  }

  @Test
  void get_announcementMissed_isNoMoreAnswered() {
    fill(near.ticket("k"), "v");
    bucket.announced(2, 3, false);
    assertThat(near.get("k")).isNull();
    fill(near.ticket("k"), "w");
    assertThat(near.get("k")).isEqualTo("w");
  }

  @Test
  void isValid_forgottenOrReplacedAfterItWasFound_isFalse() {
    NearEntry<String> found =
        new NearEntry<>("v", BYTES, 1, bucket, bucket.epoch(), System.nanoTime() + 1_000_000_000);
    assertThat(found.isValid(System.nanoTime())).isTrue();
    found.forget();
    assertThat(found.isValid(System.nanoTime())).isFalse();
  }

  @Test
  void get_withoutLease_isBypassed() {
    NearCacheLease never = new NearCacheLease(1, System.nanoTime());
    NearCache<String, String> other =
        new NearCache<>(
            NearCacheOptions.ofEntries(10),
            new Keys(),
            List.of(never),
            bytes -> "decoded",
            read -> 60_000,
            () -> true);
    other.fill("k", other.ticket("k"), Snapshot.live("v", BYTES));
    assertThat(other.get("k")).isNull();
    assertThat(other.contains("k")).isFalse();
    assertThat(other.statistics().bypasses()).isEqualTo(2);
  }

  private static final class Keys implements NearKeys<String> {

    @Override
    public Object of(String key) {
      return key;
    }

    @Override
    public Object ofText(String text) {
      return text;
    }

    @Override
    public int bucketOf(String key) {
      return 0;
    }
  }
}

package dev.corral.jcache.internal.pipeline.near;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.feed.NearCacheLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The near cache stores a read entry only if nothing was invalidated during the read. */
class NearCacheFillTest {

  private static final byte[] BYTES = {1};

  private final NearCacheLease lease =
      new NearCacheLease(Duration.ofSeconds(10).toNanos(), System.nanoTime());
  private final NearCache<String, String> near =
      new NearCache<>(
          NearCacheOptions.ofEntries(10),
          new Keys(),
          List.of(lease),
          bytes -> "decoded",
          read -> 60_000,
          () -> true,
          /* watch= */ null);

  @BeforeEach
  void renewLease() {
    lease.onRenewal(System.nanoTime(), lease.received(), 1);
  }

  private void fill(NearCache.FillStamp stamp, String value) {
    near.fill("k", stamp, Snapshot.live(value, BYTES));
  }

  @Test
  void fill_nothingInvalidated_isStored() {
    fill(near.stamp("k"), "v");
    assertThat(near.get("k")).isEqualTo("v");
  }

  @Test
  void fill_keyInvalidatedDuringTheRead_isDropped() {
    NearCache.FillStamp stamp = near.stamp("k");
    near.invalidateText("k");
    fill(stamp, "old");
    assertThat(near.get("k")).isNull();
    assertThat(near.statistics().droppedFills()).isEqualTo(1);
  }

  @Test
  void fill_epochEndedDuringTheRead_isDropped() {
    NearCache.FillStamp stamp = near.stamp("k");
    lease.endEpoch();
    fill(stamp, "old");
    assertThat(near.get("k")).isNull();
  }

  @Test
  void fill_outdated_keepsTheNewerEntry() {
    NearCache.FillStamp old = near.stamp("k");
    near.invalidate("k");
    fill(near.stamp("k"), "new");
    fill(old, "old");
    assertThat(near.get("k")).isEqualTo("new");
  }

  @Test
  void get_invalidationMissed_isNull() {
    fill(near.stamp("k"), "v");
    lease.onInvalidation(2, 3, false);
    assertThat(near.get("k")).isNull();
    fill(near.stamp("k"), "w");
    assertThat(near.get("k")).isEqualTo("w");
  }

  @Test
  void isUsable_invalidatedAfterItWasFound_isFalse() {
    NearEntry<String> found =
        new NearEntry<>("v", BYTES, 1, lease, lease.epoch(), System.nanoTime() + 1_000_000_000);
    assertThat(found.isUsable(System.nanoTime())).isTrue();
    found.invalidate();
    assertThat(found.isUsable(System.nanoTime())).isFalse();
  }

  @Test
  void get_noValidLease_isBypassed() {
    NearCacheLease neverValid = new NearCacheLease(1, System.nanoTime());
    NearCache<String, String> other =
        new NearCache<>(
            NearCacheOptions.ofEntries(10),
            new Keys(),
            List.of(neverValid),
            bytes -> "decoded",
            read -> 60_000,
            () -> true,
            /* watch= */ null);
    other.fill("k", other.stamp("k"), Snapshot.live("v", BYTES));
    assertThat(other.get("k")).isNull();
    assertThat(other.contains("k")).isFalse();
    assertThat(other.statistics().bypasses()).isEqualTo(2);
  }

  /** Keeps the keys that are chosen now. */
  private static final class Chosen implements NearWatch<String> {

    private final List<Object> reads = new ArrayList<>();
    private Set<Object> chosen = Set.of();
    private long version;

    void choose(Object... keys) {
      chosen = Set.of(keys);
      version++;
    }

    @Override
    public void recordHit(String key, Object nearKey) {
      reads.add("hit " + nearKey);
    }

    @Override
    public void recordMiss(Object nearKey) {
      reads.add("miss " + nearKey);
    }

    @Override
    public boolean keeps(Object nearKey) {
      return chosen.contains(nearKey);
    }

    @Override
    public long version() {
      return version;
    }
  }

  @Test
  void fill_keysAreChosen_keepsOnlyThoseThatAreChosenNow() {
    Chosen watch = new Chosen();
    NearCache<String, String> choosy =
        new NearCache<>(
            NearCacheOptions.ofHotKeys(10),
            new Keys(),
            List.of(lease),
            bytes -> "decoded",
            read -> 60_000,
            () -> true,
            watch);
    choosy.fill("a", choosy.stamp("a"), Snapshot.live("v", BYTES));
    assertThat(choosy.get("a")).isNull();

    watch.choose("a");
    choosy.fill("a", choosy.stamp("a"), Snapshot.live("v", BYTES));
    assertThat(choosy.get("a")).isEqualTo("v");
    watch.choose("b");
    choosy.fill("b", choosy.stamp("b"), Snapshot.live("w", BYTES));

    assertThat(choosy.get("b")).isEqualTo("w");
    assertThat(choosy.get("a")).isNull();
    assertThat(choosy.statistics().entries()).isEqualTo(1);
    assertThat(watch.reads).containsExactly("miss a", "miss a", "hit a", "miss b", "hit b");
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

package dev.corral.jcache.internal.store.tags;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.store.QueueUnderTest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Redis and this JVM remember of invalidated tags. */
class TagInvalidationTest {

  private final QueueUnderTest cache = new QueueUnderTest();
  private final TagTables tables = new TagTables(cache.context);

  /** Invalidates tags; returns the number of this invalidation. */
  private long invalidate(int limit, String... tags) {
    assertThat(new TagInvalidation(cache.context, limit).invalidate(Set.of(0), List.of(tags)))
        .isEmpty();
    return last();
  }

  private long last() {
    List<Object> reply =
        cache.redis.await(
            "queue",
            "test",
            cache.redis.run(
                LuaScript.FOLLOW_TAGS,
                List.of(cache.keys.lastInvalidation(0), cache.keys.tags(0)),
                0));
    return Long.parseLong(new String((byte[]) reply.get(0), UTF_8));
  }

  private boolean isInvalidated(long stamp, String... tags) {
    byte[] ofEntry = TagBytes.ofAll(List.of(tags));
    byte[] stored =
        ByteBuffer.allocate(32 + ofEntry.length)
            .put((byte) 3)
            .put((byte) (32 + ofEntry.length))
            .putLong(24, stamp)
            .position(32)
            .put(ofEntry)
            .array();
    return cache.redis.await("queue", "test", tables.invalidated(0, last())).test(stored);
  }

  @Test
  void invalidated_tagOfTheEntry_dependsOnTheStamp() {
    long first = invalidate(100, "a");
    long second = invalidate(100, "b", "c");
    assertThat(second).isGreaterThan(first);

    assertThat(isInvalidated(first - 1, "a")).isTrue();
    assertThat(isInvalidated(first, "a")).isFalse();
    assertThat(isInvalidated(first, "x", "b")).isTrue();
    assertThat(isInvalidated(first, "x")).isFalse();
    assertThat(isInvalidated(second, "b", "c")).isFalse();

    long third = invalidate(100, "a");
    assertThat(isInvalidated(second, "a")).isTrue();
    assertThat(isInvalidated(third, "a")).isFalse();
  }

  @Test
  void invalidate_moreTagsThanTheLimit_forgetsTheOldest() {
    long before = invalidate(10, "first");
    long[] numbers = IntStream.range(0, 30).mapToLong(i -> invalidate(10, "t" + i)).toArray();

    assertThat(tables.invalidated(0, 0).join().test(new byte[0])).isTrue();
    assertThat(isInvalidated(before, "never invalidated")).isTrue();
    assertThat(isInvalidated(numbers[0], "t0")).describedAs("unknown by now").isTrue();
    assertThat(isInvalidated(numbers[29], "t0", "t29")).isFalse();
    assertThat(isInvalidated(numbers[28], "t29")).isTrue();
    assertThat(isInvalidated(numbers[28], "never invalidated")).isFalse();
  }

  @Test
  void invalidate_moreTagsAtOnceThanTheLimit_invalidatesAll() {
    long before = invalidate(10, "first");
    String[] many = IntStream.range(0, 25).mapToObj(i -> "m" + i).toArray(String[]::new);
    long number = invalidate(10, many);
    for (String tag : many) {
      assertThat(isInvalidated(before, tag)).isTrue();
      assertThat(isInvalidated(number, tag)).isFalse();
    }
  }
}

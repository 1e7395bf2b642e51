package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one JVM tells, others know. */
class ClassTableTest {

  private final RedisCommands redis =
      new RedisCommands(RedisUnderTest.client(), Duration.ofSeconds(5));
  private final KeySpace names = new KeySpace("", "classes-" + UUID.randomUUID(), 1);
  private final ClassTable ours = table();

  private ClassTable table() {
    return new ClassTable(new CacheContext("classes", names, redis));
  }

  @Test
  void isKnown_firstTime_isNotButSoonIs() {
    assertThat(ours.isKnown(0xabcdefL, "a.B")).isFalse();
    await().until(() -> ours.isKnown(0xabcdefL, "a.B"));
    assertThat(table().nameOf(0xabcdefL)).isEqualTo("a.B");
    assertThat(ours.nameOf(0xabcdefL)).isEqualTo("a.B");
  }

  @Test
  void isKnown_redisIsAway_isNotUntilItIsBack() {
    AtomicBoolean there = new AtomicBoolean();
    ClassTable table =
        new ClassTable(new CacheContext("classes", names, redis.guardedBy(availability(there))));

    assertThat(table.isKnown(9, "a.C")).isFalse();
    assertThat(table.isKnown(9, "a.C")).isFalse();
    assertThatThrownBy(() -> table.nameOf(10)).isInstanceOf(RedisUnavailableException.class);
    there.set(true);
    await().until(() -> table.isKnown(9, "a.C"));
    assertThat(table().nameOf(9)).isEqualTo("a.C");
  }

  private static Availability availability(AtomicBoolean there) {
    return new Availability() {
      @Override
      public boolean isAvailable() {
        return there.get();
      }

      @Override
      public void answered() {}

      @Override
      public void failed(Throwable failure) {}

      @Override
      public @Nullable Throwable cause() {
        return null;
      }
    };
  }

  @Test
  void nameOf_neverTold_isNull() {
    assertThat(ours.nameOf(7)).isNull();
  }

  @Test
  void run_redisHasLostIt_tellsAgain() {
    await().until(() -> ours.isKnown(Long.MAX_VALUE, "a.B"));
    redis.await("classes", "test", redis.unlink(names.classes()));
    assertThat(table().nameOf(Long.MAX_VALUE)).isNull();

    ours.run();
    await().untilAsserted(() -> assertThat(table().nameOf(Long.MAX_VALUE)).isEqualTo("a.B"));
  }
}

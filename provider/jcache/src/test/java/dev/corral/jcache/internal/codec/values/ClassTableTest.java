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

/** How JVMs publish and look up class codes. */
class ClassTableTest {

  private final RedisCommands redis =
      new RedisCommands(RedisUnderTest.client(), Duration.ofSeconds(5));
  private final KeySpace names = new KeySpace("", "classes-" + UUID.randomUUID(), 1);
  private final ClassTable table = newTable();

  private ClassTable newTable() {
    return new ClassTable(new CacheContext("classes", names, redis));
  }

  @Test
  void publish_firstCall_isFalseAndLaterTrue() {
    assertThat(table.publish(0xabcdefL, "a.B")).isFalse();
    await().until(() -> table.publish(0xabcdefL, "a.B"));
    assertThat(newTable().nameOf(0xabcdefL)).isEqualTo("a.B");
    assertThat(table.nameOf(0xabcdefL)).isEqualTo("a.B");
  }

  @Test
  void publish_outage_isFalseUntilRedisIsAvailable() {
    AtomicBoolean available = new AtomicBoolean();
    ClassTable guarded =
        new ClassTable(
            new CacheContext("classes", names, redis.guardedBy(availability(available))));

    assertThat(guarded.publish(9, "a.C")).isFalse();
    assertThat(guarded.publish(9, "a.C")).isFalse();
    assertThatThrownBy(() -> guarded.nameOf(10)).isInstanceOf(RedisUnavailableException.class);
    available.set(true);
    await().until(() -> guarded.publish(9, "a.C"));
    assertThat(newTable().nameOf(9)).isEqualTo("a.C");
  }

  private static Availability availability(AtomicBoolean available) {
    return new Availability() {
      @Override
      public boolean isAvailable() {
        return available.get();
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
  void nameOf_notPublished_isNull() {
    assertThat(table.nameOf(7)).isNull();
  }

  @Test
  void run_redisHasLostTheTable_publishesAgain() {
    await().until(() -> table.publish(Long.MAX_VALUE, "a.B"));
    redis.await("classes", "test", redis.unlink(names.classes()));
    assertThat(newTable().nameOf(Long.MAX_VALUE)).isNull();

    table.run();
    await().untilAsserted(() -> assertThat(newTable().nameOf(Long.MAX_VALUE)).isEqualTo("a.B"));
  }
}

package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
      public boolean isUnrestricted() {
        return available.get();
      }

      @Override
      public Accepts accepts(String key) {
        return available.get() ? Accepts.EVERYTHING : Accepts.NOTHING;
      }

      @Override
      public boolean isReachable(String key) {
        return available.get();
      }

      @Override
      public void failed(@Nullable String key, Throwable failure) {}

      @Override
      public @Nullable Throwable causeFor(String key) {
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

  /** A value of an application. */
  record Price(int cents) {}

  /** Another class, whose code differs. */
  record Forged(int cents) {}

  private KryoValueCodec codec(ClassCodes codes) {
    AllowList allowed = AllowList.of(List.of(ClassTableTest.class.getName() + "$*"));
    return new KryoValueCodec(getClass().getClassLoader(), allowed, codes);
  }

  private byte[] publishedPrice() {
    long code = ClassLayout.codeOf(Price.class);
    await().until(() -> table.publish(code, Price.class.getName()));
    return codec(table).encode(new Price(7));
  }

  private void write(String field, String className) {
    redis.await("classes", "test", redis.putFields(names.classes(), Map.of(field, className)));
  }

  private static String field(Class<?> type) {
    return Long.toString(ClassLayout.codeOf(type), 16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.Missing", "java.lang.Thread", "", "[", "%s$Forged"})
  void decode_nameOfACodeIsForged_isAMissUntilTheTableIsRepaired(String forged) {
    byte[] bytes = publishedPrice();
    write(field(Price.class), forged.formatted(ClassTableTest.class.getName()));
    ClassTable readersTable = newTable();
    KryoValueCodec reader = codec(readersTable);

    assertThatThrownBy(() -> reader.decode(bytes, 0)).isInstanceOf(UndecodableValueException.class);
    table.run();

    await()
        .atMost(Duration.ofSeconds(5))
        .ignoreExceptionsInstanceOf(UndecodableValueException.class)
        .untilAsserted(() -> assertThat(reader.decode(bytes, 0)).isEqualTo(new Price(7)));
  }

  @Test
  void decode_tableHasFieldsThatAreNoCodes_isTheValue() {
    byte[] bytes = publishedPrice();
    for (String field : List.of("", "no code", "-", "+1", "0x1", "ffffffffffffffff", "Ab", "01")) {
      write(field, "a.B");
    }
    write("b", "x".repeat(100_000));

    assertThat(codec(newTable()).decode(bytes, 0)).isEqualTo(new Price(7));
    assertThat(newTable().nameOf(11)).isNull();
  }

  @Test
  void run_ownNameWasReplaced_restoresIt() {
    byte[] bytes = publishedPrice();
    write(field(Price.class), Forged.class.getName());
    assertThat(table.nameOf(1)).isNull();

    assertThat(codec(table).decode(bytes, 0)).isEqualTo(new Price(7));
    table.run();

    await()
        .untilAsserted(
            () ->
                assertThat(newTable().nameOf(ClassLayout.codeOf(Price.class)))
                    .isEqualTo(Price.class.getName()));
  }

  /** A JVM without the class does not read the table for each value. */
  @Test
  void nameOf_rejectedName_isRememberedForASecond() {
    write("7", "a.Missing");
    assertThat(table.nameOf(7)).isEqualTo("a.Missing");
    table.reject(7, "a.Missing");
    write("7", "a.Found");

    assertThat(table.nameOf(7)).isEqualTo("a.Missing");
    await().atMost(Duration.ofSeconds(5)).until(() -> "a.Found".equals(table.nameOf(7)));
  }
}

package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deep values: what is written can be read, whatever the stacks of the two threads are. */
@NullUnmarked
@SuppressWarnings({"serial", "unused"})
class NestingLimitTest {

  private static final int SMALL_STACK = 256 * 1024;
  private static final int LARGE_STACK = 512 << 20;
  private static final int ALLOWED = NestingLimit.MAX_LEVELS - 10;
  private static final int REFUSED = NestingLimit.MAX_LEVELS + 10;

  static final class Node {
    Object next;

    Node(Object next) {
      this.next = next;
    }
  }

  record Link(Object next) {}

  static final class Names extends ArrayList<Object> {
    @Serial private static final long serialVersionUID = 1;

    Names(Object content) {
      add(content);
    }
  }

  static final class Hooked implements Serializable {
    @Serial private static final long serialVersionUID = 1;
    transient Object content;

    Hooked(Object content) {
      this.content = content;
    }

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.writeObject(content);
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      content = in.readObject();
    }
  }

  static Stream<UnaryOperator<Object>> kinds() {
    return Stream.of(
        Node::new,
        Link::new,
        Names::new,
        Hooked::new,
        inner -> new ArrayList<>(List.of(inner)),
        inner -> List.of(inner),
        inner -> java.util.Collections.unmodifiableList(new ArrayList<>(List.of(inner))),
        inner -> new Object[] {inner},
        inner -> new HashMap<>(Map.of("k", inner)),
        inner -> new TreeMap<>(Map.of("k", inner)),
        inner -> Map.of("k", inner),
        Optional::of,
        AtomicReference::new);
  }

  private static Object nested(UnaryOperator<Object> kind, int levels) {
    Object value = "end";
    for (int i = 1; i < levels; i++) {
      value = kind.apply(value);
    }
    return value;
  }

  private static <T> T inThread(int stack, Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                result.complete(action.get());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            },
            "test",
            stack);
    thread.start();
    return result.join();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void decode_deepValueInASmallStack_isRestored(UnaryOperator<Object> kind) {
    Object value = nested(kind, wraps(kind) ? ALLOWED / 2 : ALLOWED);
    byte[] bytes = inThread(SMALL_STACK, () -> RoundTrip.encode(value));

    Object read = inThread(SMALL_STACK, () -> RoundTrip.decode(bytes));

    assertThat(read).hasSameClassAs(value);
    assertThat(inThread(LARGE_STACK, () -> RoundTrip.encode(read))).isEqualTo(bytes);
  }

  /** A wrapper is a level of its own. */
  private static boolean wraps(UnaryOperator<Object> kind) {
    return kind.apply("x").getClass().getName().startsWith("java.util.Collections$");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void encode_deeperValue_isRefusedInAnyStack(UnaryOperator<Object> kind) {
    Object value = nested(kind, REFUSED);
    for (int stack : new int[] {SMALL_STACK, LARGE_STACK}) {
      assertThatThrownBy(() -> inThread(stack, () -> RoundTrip.encode(value)))
          .hasCauseInstanceOf(CacheException.class)
          .hasMessageContaining("nested too deeply")
          .hasMessageContaining(String.valueOf(NestingLimit.MAX_LEVELS));
    }
  }

  @Test
  void encode_valueNearTheLimit_isReadOrRefused() {
    int stored = 0;
    int refused = 0;
    for (int levels = NestingLimit.MAX_LEVELS - 3; levels < NestingLimit.MAX_LEVELS + 3; levels++) {
      byte[] bytes;
      try {
        bytes = RoundTrip.encode(nested(Node::new, levels));
      } catch (CacheException e) {
        refused++;
        continue;
      }
      stored++;
      assertThat(RoundTrip.decode(bytes)).isInstanceOf(Node.class);
    }
    assertThat(stored).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void decode_nestedSets_isRestored() {
    Set<Object> value =
        inThread(
            LARGE_STACK,
            () -> {
              Set<Object> set = new LinkedHashSet<>();
              for (int i = 0; i < 500; i++) {
                set = new LinkedHashSet<>(List.of(set, i));
              }
              return set;
            });
    byte[] bytes = inThread(SMALL_STACK, () -> RoundTrip.encode(value));

    Object read = inThread(SMALL_STACK, () -> RoundTrip.decode(bytes));

    assertThat(inThread(LARGE_STACK, () -> read.equals(value))).isTrue();
  }

  @Test
  void decode_interruptedThread_isRestoredAndStaysInterrupted() {
    byte[] bytes = RoundTrip.encode(nested(Node::new, ALLOWED));
    Thread.currentThread().interrupt();

    Object read = RoundTrip.decode(bytes);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(read).isInstanceOf(Node.class);
  }

  @Test
  void decode_deeperBytes_isUndecodable() {
    List<Object> list = new ArrayList<>();
    byte[] one = RoundTrip.encode(new ArrayList<>(List.of(new ArrayList<>())));
    byte[] none = RoundTrip.encode(list);
    int head = one.length - none.length;
    byte[] bytes = new byte[head * 100_000 + none.length];
    for (int i = 0; i < 100_000; i++) {
      System.arraycopy(one, 0, bytes, i * head, head);
    }
    System.arraycopy(none, 0, bytes, 100_000 * head, none.length);

    assertThatThrownBy(() -> RoundTrip.decode(bytes))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("nested too deeply");
  }

  /** Its hash code needs more stack than there is, after it was stored. */
  static final class Endless {
    static boolean ends = true;

    @Override
    public int hashCode() {
      return ends ? 1 : hashCode() + 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  @Test
  void decode_codeThatOverflowsTheStack_isUndecodable() {
    byte[] bytes = RoundTrip.encode(new LinkedHashSet<>(List.of(new Endless())));
    Endless.ends = false;
    try {
      assertThatThrownBy(() -> RoundTrip.decode(bytes))
          .isInstanceOf(UndecodableValueException.class)
          .hasMessageContaining("stack");
    } finally {
      Endless.ends = true;
    }
    assertThat(RoundTrip.decode(bytes)).isInstanceOf(LinkedHashSet.class);
  }
}

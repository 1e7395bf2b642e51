package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.codec.values.GeneratedGraph.Hooked;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Values of classes whose own code fails: refused, with the reason. */
@NullUnmarked
@SuppressWarnings({"serial", "unused"})
class FailingClassTest {

  static final class Failing {
    static boolean fails;
    String text = "x";

    Failing() {
      if (fails) {
        throw new IllegalStateException("not now");
      }
    }
  }

  record NotEmpty(List<Integer> content) {
    NotEmpty {
      if (content.isEmpty()) {
        throw new IllegalArgumentException("empty");
      }
    }
  }

  static final class Writer implements Serializable {
    @Serial private static final long serialVersionUID = 1;
    final Exception failure;

    Writer(Exception failure) {
      this.failure = failure;
    }

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
      if (failure instanceof IOException e) {
        throw e;
      }
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException {
      throw new IOException("cannot be read");
    }
  }

  @Test
  void encode_classWhoseConstructorThrows_isRefused() {
    Failing failing = new Failing();
    Failing.fails = true;
    try {
      for (Object value : List.of(failing, List.of(failing))) {
        assertThatThrownBy(() -> RoundTrip.encode(value))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining(Failing.class.getName())
            .hasMessageContaining("constructor")
            .hasMessageContaining("IllegalStateException");
      }
    } finally {
      Failing.fails = false;
    }
  }

  @Test
  void encode_recordThatItsConstructorRefuses_isRefused() {
    KryoValueCodec codec = RoundTrip.newCodec();
    NotEmpty record = new NotEmpty(new ArrayList<>(List.of(1)));
    assertThat(codec.decode(codec.encode(record), 0)).isEqualTo(record);
    record.content().clear();

    assertThatThrownBy(() -> codec.encode(record))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining(NotEmpty.class.getName())
        .hasMessageContaining("IllegalArgumentException");
  }

  @Test
  void encode_javaSerializationThatFails_namesTheCause() {
    assertThatThrownBy(
            () -> RoundTrip.encode(new Writer(new NotSerializableException("com.shop.Socket"))))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining(Writer.class.getName())
        .hasMessageContaining("com.shop.Socket")
        .hasMessageNotContaining("allowed-classes");
    assertThatThrownBy(() -> RoundTrip.encode(new Writer(new java.io.EOFException("why"))))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("EOFException")
        .hasMessageNotContaining("allowed-classes");
  }

  @Test
  void encode_classThatCannotReadItself_isRefused() {
    KryoValueCodec codec = RoundTrip.newCodec();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> codec.encode(new Writer(null)))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("cannot be read");
    }
  }

  @Test
  void encode_lambdaInJavaSerialization_isRefusedAsSuch() {
    Hooked hooked = new Hooked();
    hooked.content = (Runnable & Serializable) () -> {};

    assertThatThrownBy(() -> RoundTrip.encode(hooked))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("lambda");
  }

  @Test
  void encode_sortedSetOfIncomparables_isRefusedOrRestored() {
    TreeSet<Object> set = new TreeSet<>((a, b) -> 1);
    assertThatThrownBy(() -> RoundTrip.encode(set))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("lambda");
    PriorityQueue<Object> queue = new PriorityQueue<>(List.of(2, 1));
    assertThat(RoundTrip.of(queue).poll()).isEqualTo(1);
  }
}

package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.values.KryoValueCodecTest.*;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
@SuppressWarnings("unused")
class KryoValueCodecFailureTest {

  private static final ClassLoader LOADER = KryoValueCodecTest.class.getClassLoader();
  private static final String HERE = KryoValueCodecTest.class.getName();

  private final KryoValueCodec codec =
      new KryoValueCodec(LOADER, AllowList.of(List.of(HERE + "$*")), ClassCodes.NONE);

  private Object roundTrip(Object value) {
    return codec.decode(codec.encode(value), 0);
  }

  @Test
  void encode_notAllowed_namesThePattern() {
    KryoValueCodec strict = new KryoValueCodec(LOADER, AllowList.of(List.of()), ClassCodes.NONE);
    Point point = new Point(1, 2L, "secret", null, null);
    Hooked hooked = new Hooked();
    hooked.content = Once.INSTANCE;
    KryoValueCodec half =
        new KryoValueCodec(LOADER, AllowList.of(List.of(HERE + "$Hooked")), ClassCodes.NONE);

    for (Object value : List.of(point, List.of(point), Map.of(1, point), new Point[] {point})) {
      assertThatThrownBy(() -> strict.encode(value))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("Class " + HERE + "$Point")
          .hasMessageContaining("'" + KryoValueCodecTest.class.getPackageName() + ".*'")
          .hasMessageNotContaining("secret");
    }
    assertThatThrownBy(() -> half.encode(hooked))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("'" + HERE + "$Once'");
    assertThat(strict.decode(strict.encode("still"), 0)).isEqualTo("still");
  }

  @Test
  void encode_unsupportedValue_namesTheReason() {
    KryoValueCodec open = new KryoValueCodec(LOADER, AllowList.of(List.of("*")), ClassCodes.NONE);
    Runnable lambda = (Runnable & Serializable) () -> {};
    Hooked hooked = new Hooked();
    hooked.content = new Object();
    Node deep = new Node("", 0);
    for (int i = 0; i < 200_000; i++) {
      Node outer = new Node("", 0);
      outer.next = deep;
      deep = outer;
    }
    Node deepest = deep;

    assertThatThrownBy(() -> open.encode(lambda)).hasMessageContaining("lambda");
    assertThatThrownBy(() -> open.encode(new TreeSet<Object>((a, b) -> 0)))
        .hasMessageContaining("lambda");
    assertThatThrownBy(() -> open.encode(new Thread()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("java.lang.Thread");
    assertThatThrownBy(() -> open.encode(hooked))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> open.encode(deepest))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("deeply");
  }

  @Test
  void decode_notAllowed_isUndecodable() {
    KryoValueCodec strict = new KryoValueCodec(LOADER, AllowList.of(List.of()), ClassCodes.NONE);
    Hooked hooked = new Hooked();
    hooked.content = Once.INSTANCE;
    KryoValueCodec half =
        new KryoValueCodec(LOADER, AllowList.of(List.of(HERE + "$Hooked")), ClassCodes.NONE);

    assertThatThrownBy(() -> strict.decode(codec.encode(new Point(1, 2L, "", null, null)), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("'" + HERE + "$Point'");
    assertThatThrownBy(() -> half.decode(codec.encode(hooked), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("'" + HERE + "$Once'");
  }

  @Test
  void decode_missingClass_isUndecodable() {
    KryoValueCodec elsewhere =
        new KryoValueCodec(
            ClassLoader.getPlatformClassLoader(), AllowList.of(List.of("*")), ClassCodes.NONE);

    assertThatThrownBy(() -> elsewhere.decode(codec.encode(Size.SMALL), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining(HERE + "$Size");
  }

  @Test
  void decode_otherLoader_findsItsOwnClass() throws Exception {
    ClassLoader other = new Copying(LOADER);
    KryoValueCodec there =
        new KryoValueCodec(other, AllowList.of(List.of(HERE + "$*")), ClassCodes.NONE);

    Object read = there.decode(codec.encode(new Point(1, 2L, "", null, Size.LARGE)), 0);

    assertThat(read.getClass().getName()).isEqualTo(Point.class.getName());
    assertThat(read.getClass().getClassLoader()).isSameAs(other);
    assertThat(codec.decode(there.encode(read), 0))
        .isEqualTo(new Point(1, 2L, "", null, Size.LARGE));
  }

  @Test
  void decode_damagedBytes_isUndecodableOrAValue() {
    Random random = new Random(42);
    List<byte[]> originals = new ArrayList<>();
    KryoValueCodecTest.values().forEach(value -> originals.add(codec.encode(value)));
    Node node = new Node("a", 1);
    node.all.addAll(List.of(node, new Node("b", 2)));
    originals.add(codec.encode(node));
    int undecodable = 0;
    for (int i = 0; i < 30_000; i++) {
      byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
      switch (random.nextInt(3)) {
        case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        default -> random.nextBytes(bytes);
      }
      try {
        codec.decode(bytes, 0);
      } catch (UndecodableValueException e) {
        undecodable++;
      }
    }
    assertThat(undecodable).isGreaterThan(10_000);
    assertThat(roundTrip("still")).isEqualTo("still");
  }

  /** Defines its own copies of the classes of this test. */
  private static final class Copying extends ClassLoader {
    Copying(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(HERE)) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.transferTo(bytes);
        return defineClass(name, bytes.toByteArray(), 0, bytes.size());
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}

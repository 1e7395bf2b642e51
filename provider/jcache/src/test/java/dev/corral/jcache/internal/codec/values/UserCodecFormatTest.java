package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.codec.ValueCodec;
import java.util.List;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

/** Codecs of the application. */
@SuppressWarnings("serial") // the factories are not serialized
class UserCodecFormatTest {

  /** Upper case in Redis. */
  public static final class Shouting implements ValueCodec {
    @Override
    public byte[] encode(Object value) {
      return ((String) value).toUpperCase(java.util.Locale.ROOT).getBytes(UTF_8);
    }

    @Override
    public Object decode(byte[] bytes) {
      return new String(bytes, UTF_8).toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Has no public constructor. */
  public static final class Hidden implements ValueCodec {
    private Hidden() {}

    @Override
    public byte[] encode(Object value) {
      return new byte[0];
    }

    @Override
    public Object decode(byte[] bytes) {
      return "";
    }
  }

  private static ValueFormat format(ValueOptions options) {
    return new ValueFormats(
            "users",
            "shop:",
            UserCodecFormatTest.class.getClassLoader(),
            AllowList.of(List.of()),
            ClassCodes.NONE,
            1 << 20,
            /* compressAbove= */ 50)
        .create(options, Object.class);
  }

  private static ValueFormat failing(Supplier<Object> result) {
    ValueCodec codec =
        new ValueCodec() {
          @Override
          public byte[] encode(Object value) {
            return (byte[]) result.get();
          }

          @Override
          public Object decode(byte[] bytes) {
            return result.get();
          }
        };
    return format(ValueOptions.DEFAULTS.withCodec(() -> codec));
  }

  private static <T extends Throwable> Supplier<Object> throwing(T failure) {
    return () -> {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    };
  }

  @Test
  void codec_byNameOrFactory_getsExactlyItsBytes() {
    for (ValueOptions options :
        List.of(
            ValueOptions.DEFAULTS.withCodec(Shouting.class.getName()),
            ValueOptions.DEFAULTS.withCodec(Shouting::new))) {
      ValueFormat format = format(options);
      byte[] stored = format.encode("text");
      assertThat(new String(stored, 2, stored.length - 2, UTF_8)).isEqualTo("TEXT");
      byte[] moved = new byte[stored.length + 24];
      System.arraycopy(stored, 0, moved, 24, stored.length);
      assertThat(format.decode(moved, 24)).isEqualTo("text");
      assertThat(format.decode(format.encode(""), 0)).isEqualTo("");
      String large = "a".repeat(1_000);
      assertThat(format.encode(large)).hasSizeLessThan(100);
      assertThat(format.decode(format.encode(large), 0)).isEqualTo(large);
    }
  }

  /** A codec may begin its bytes with anything, also with what Corral itself uses. */
  @Test
  void encode_anyFirstBytes_areReadByTheSameCodec() {
    for (int first = 0; first < 256; first++) {
      byte[] bytes = {(byte) first, (byte) 0x81, 0, 0, 0, 7};
      ValueCodec codec =
          new ValueCodec() {
            @Override
            public byte[] encode(Object value) {
              return bytes;
            }

            @Override
            public Object decode(byte[] read) {
              return List.of(java.util.Arrays.equals(read, bytes));
            }
          };
      ValueFormat format = format(ValueOptions.DEFAULTS.withCodec(() -> codec));
      assertThat(format.decode(format.encode("any"), 0)).isEqualTo(List.of(true));
    }
  }

  @Test
  void encode_failures_areRefusals() {
    for (Throwable failure :
        List.of(
            new IllegalStateException("the value"),
            new AssertionError("the value"),
            new NoClassDefFoundError("the value"),
            new StackOverflowError())) {
      assertThatThrownBy(() -> failing(throwing(failure)).encode("x"))
          .isInstanceOf(CacheException.class)
          .hasMessage(
              "A value of class java.lang.String cannot be stored: "
                  + failure.getClass().getName());
    }
    assertThatThrownBy(() -> failing(throwing(new CacheException("not Sundays"))).encode("x"))
        .isInstanceOf(CacheException.class)
        .hasMessage("not Sundays");
    assertThatThrownBy(() -> failing(() -> null).encode("x"))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("returned null");
    assertThatThrownBy(() -> failing(throwing(new OutOfMemoryError("x"))).encode("x"))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void decode_failures_areUndecodableValues() {
    byte[] stored = FormatTag.USER.before(new byte[] {1});
    for (Throwable failure :
        List.of(
            new IllegalStateException("the value"),
            new AssertionError("the value"),
            new NoClassDefFoundError("the value"),
            new StackOverflowError())) {
      assertThatThrownBy(() -> failing(throwing(failure)).decode(stored, 0))
          .isInstanceOf(UndecodableValueException.class)
          .hasMessage("This JVM cannot decode the stored bytes: " + failure.getClass().getName());
    }
    assertThatThrownBy(() -> failing(() -> null).decode(stored, 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("returned null");
    assertThatThrownBy(() -> failing(throwing(new OutOfMemoryError("x"))).decode(stored, 0))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void create_unusableCodec_saysWhy() {
    assertThatThrownBy(() -> ValueOptions.DEFAULTS.withCodec("jsn"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no value codec 'jsn'; use kryo, json, java");
    assertThatThrownBy(() -> ValueOptions.DEFAULTS.withJsonType("java.util.List"))
        .isInstanceOf(IllegalArgumentException.class);
    for (String name : List.of("no.such.Codec", Hidden.class.getName())) {
      assertThatThrownBy(() -> format(ValueOptions.DEFAULTS.withCodec(name)))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("Cache 'users': its value codec " + name + " cannot be created");
    }
    assertThatThrownBy(() -> format(ValueOptions.DEFAULTS.withCodec("java.lang.Object")))
        .hasMessageContaining("does not implement");
    assertThatThrownBy(
            () ->
                format(
                    ValueOptions.DEFAULTS.withCodec(
                        () -> {
                          throw new IllegalStateException();
                        })))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("factory of its value codec failed");
  }
}

package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values of one format, read by the codec of another one. */
class OtherFormatTest {

  @Test
  void decode_valueOfAnotherFormat_isUndecodableAndNamesIt() {
    KryoValueCodec kryo =
        new KryoValueCodec(
            getClass().getClassLoader(), JsonValueCodecTest.ALLOWED, ClassCodes.NONE);
    ValueFormat json = JsonValueCodecTest.codec(Object.class);

    assertThatThrownBy(() -> json.decode(kryo.encode(List.of(1)), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("written by Kryo")
        .hasMessageContaining("the codec json");
    assertThatThrownBy(() -> kryo.decode(json.encode(List.of(1)), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("written by the codec json");
    for (String shortest : List.of("5", "{}", "\"\"")) {
      assertThatThrownBy(() -> kryo.decode(JsonValueCodecTest.stored(FormatTag.JSON, shortest), 0))
          .isInstanceOf(UndecodableValueException.class)
          .hasMessageContaining("written by the codec json");
    }
  }
}

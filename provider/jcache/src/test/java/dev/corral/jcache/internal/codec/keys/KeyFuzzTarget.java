package dev.corral.jcache.internal.codec.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.codec.values.AllowList;
import java.util.List;
import javax.cache.CacheException;

/** Decodes the text of a key. A result has exactly this text. */
public final class KeyFuzzTarget {

  private static final String HERE = KeyCodecsTest.class.getName();

  private static final KeyCodecs CODECS =
      new KeyCodecs(
          List.of(new KeyCodecsTest.CodeCodec("code")),
          AllowList.of(List.of(HERE + "$*")),
          KeyFuzzTarget.class.getClassLoader());

  private KeyFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, UTF_8);
    Object key;
    try {
      key = CODECS.decode(text);
    } catch (CacheException e) {
      return;
    }
    if (!CODECS.encode(key).equals(text)) {
      throw new AssertionError("A key of " + key.getClass() + " has two texts");
    }
  }

  public static List<byte[]> seeds() {
    return List.of(
            "alice",
            "42",
            "'42",
            "#int:42",
            "#decimal:1.50E+7",
            "#bigint:-12345678901234567890",
            "#double:0x1.999999999999ap-4",
            "#uuid:00000000-0000-0001-0000-000000000002",
            "#enum:" + HERE + "$Size:LARGE",
            "#record:" + HERE + "$Sku(#int:3,a\\,b)",
            "#record:" + HERE + "$Any(#list:(1,'),#map:(a,#set:(#null,x)))",
            "#array:int(#int:1,#int:2)",
            "#bytes:AQL_",
            "#code:x",
            "#class:[J",
            "#optional:(#entry:(a,b))",
            "#objects:(1,x)",
            "#zoned-date-time:2024-10-27T02:30+01:00[Europe/Berlin]",
            "#period:P1Y2M3D",
            "#duration:PT8H6M12.345S",
            "#locale:zh-Hant-TW-u-nu-thai",
            "#uri:http://h?q=a,(b)#f",
            "#hibernate:com.shop.Book(42)",
            "%25%0A%00%uD800x",
            "é e\u0301 \uD83D\uDE00")
        .stream()
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }
}

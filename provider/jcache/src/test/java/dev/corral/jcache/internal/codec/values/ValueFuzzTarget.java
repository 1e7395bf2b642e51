package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.util.ArrayList;
import java.util.List;
import javax.cache.CacheException;

/**
 * Decodes a value. A result can be stored again, and then decoded, unless storing it is refused.
 */
public final class ValueFuzzTarget {

  static final AllowList ALLOWED =
      AllowList.of(
          List.of(KryoValueCodecTest.class.getName() + "$*", Bombs.class.getName() + "$*"));

  private static final KryoValueCodec CODEC =
      new KryoValueCodec(ValueFuzzTarget.class.getClassLoader(), ALLOWED, ClassCodes.NONE);

  private ValueFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Object value;
    try {
      value = CODEC.decode(input, 0);
    } catch (UndecodableValueException e) {
      return;
    }
    byte[] again;
    try {
      again = CODEC.encode(value);
    } catch (CacheException e) {
      return;
    }
    CODEC.decode(again, 0);
  }

  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    KryoValueCodecTest.values().forEach(value -> seeds.add(CODEC.encode(value)));
    Bombs.all().values().stream().filter(bomb -> bomb.length < 4_000).forEach(seeds::add);
    Bombs.Link link = new Bombs.Link();
    link.next = List.of(link, new Bombs.Pair(link, new Bombs.Hooked("content")));
    seeds.add(CODEC.encode(link));
    return seeds;
  }
}

package dev.corral.jcache.internal.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Parts of a list, each small enough for one command. */
public final class Chunks {

  private Chunks() {}

  /**
   * The items in their order, in lists of at most so many items and so many bytes. An item that is
   * larger than that stands alone.
   *
   * @param items with random access; the parts are views of it
   * @param bytesOf roughly what an item takes on the wire
   */
  public static <T> List<List<T>> of(
      List<T> items, int mostItems, int mostBytes, ToIntFunction<T> bytesOf) {
    List<List<T>> chunks = new ArrayList<>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < items.size(); i++) {
      int size = bytesOf.applyAsInt(items.get(i));
      if (i - from == mostItems || (i > from && bytes + size > mostBytes)) {
        chunks.add(items.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += size;
    }
    if (from < items.size()) {
      chunks.add(items.subList(from, items.size()));
    }
    return chunks;
  }
}

package dev.corral.jcache.internal.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Parts of a list, each small enough for one command. */
public final class Chunks {

  private Chunks() {}

  /**
   * The items in their order, in lists that are bounded by number and size. An item that exceeds
   * the size has a list of its own.
   *
   * @param items with random access; the parts are views of it
   * @param bytesOf the approximate size of an item on the wire
   */
  public static <T> List<List<T>> of(
      List<T> items, int maxItems, int maxBytes, ToIntFunction<T> bytesOf) {
    List<List<T>> chunks = new ArrayList<>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < items.size(); i++) {
      int size = bytesOf.applyAsInt(items.get(i));
      if (i - from == maxItems || (i > from && bytes + size > maxBytes)) {
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

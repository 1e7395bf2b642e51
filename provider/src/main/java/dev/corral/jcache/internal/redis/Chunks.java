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
   * @param bytesOf roughly what an item takes on the wire
   */
  public static <T> List<List<T>> of(
      List<T> items, int mostItems, int mostBytes, ToIntFunction<T> bytesOf) {
    List<List<T>> chunks = new ArrayList<>();
    List<T> chunk = new ArrayList<>();
    int bytes = 0;
    for (T item : items) {
      int size = bytesOf.applyAsInt(item);
      if (chunk.size() == mostItems || (!chunk.isEmpty() && bytes + size > mostBytes)) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        bytes = 0;
      }
      chunk.add(item);
      bytes += size;
    }
    if (!chunk.isEmpty()) {
      chunks.add(chunk);
    }
    return chunks;
  }
}

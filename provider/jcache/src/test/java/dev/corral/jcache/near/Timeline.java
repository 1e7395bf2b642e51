package dev.corral.jcache.near;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;

/**
 * Which version of each key was in Redis when, in a file that all JVMs of a test have in their
 * memory. Times are of the machine's monotonic clock, which is the same in all of them.
 */
final class Timeline {

  /** So many last versions of a key are remembered. */
  private static final int REMEMBERED = 128;

  private static final int LONGS_PER_VERSION = 2;
  private static final int STOPPED = 0;
  private static final int PAUSED = 1;
  private static final int WRITERS = 2;
  private static final int KEYS_FROM = 64;
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer memory;

  private Timeline(ByteBuffer memory) {
    this.memory = memory;
  }

  static Timeline open(Path file, int keys) {
    long bytes = 8L * (KEYS_FROM + (long) keys * (2 + REMEMBERED * LONGS_PER_VERSION));
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Timeline(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A version of the key that never was. Only the key's writer may ask. */
  long next(int key) {
    long version = get(start(key) + 1) + 1;
    set(start(key) + 1, version);
    return version;
  }

  /** From now on no version that was written so far is in Redis. */
  void skip(int key) {
    written(key, next(key));
  }

  /** From now on no older version of the key is in Redis. Only the key's writer may tell. */
  void written(int key, long version) {
    long count = get(start(key));
    int slot = slot(key, count);
    set(slot, Long.MAX_VALUE);
    set(slot + 1, version);
    set(slot, System.nanoTime());
    set(start(key), count + 1);
  }

  /** How many versions of all keys were in Redis so far. */
  long writes(int keys) {
    return IntStream.range(0, keys).mapToLong(key -> get(start(key))).sum();
  }

  /** The last version of the key that was in Redis by then; 0 if none is known. */
  long versionAt(int key, long nanos) {
    long found = 0;
    for (int i = 0; i < REMEMBERED; i++) {
      int slot = slot(key, i);
      long written = get(slot);
      long version = get(slot + 1);
      boolean known = written != 0 && written != Long.MAX_VALUE && written == get(slot);
      if (known && written - nanos <= 0) {
        found = Math.max(found, version);
      }
    }
    return found;
  }

  void stop() {
    set(STOPPED, 1);
  }

  boolean isStopped() {
    return get(STOPPED) == 1;
  }

  /** Writers are to wait, or to go on. */
  void pause(boolean on) {
    set(PAUSED, on ? 1 : 0);
  }

  boolean isPaused() {
    return get(PAUSED) == 1;
  }

  /** A writer says whether it waits. */
  void waits(int writer, boolean on) {
    set(WRITERS + writer, on ? 1 : 0);
  }

  boolean waits(int writer) {
    return get(WRITERS + writer) == 1;
  }

  private static int start(int key) {
    return KEYS_FROM + key * (2 + REMEMBERED * LONGS_PER_VERSION);
  }

  private static int slot(int key, long number) {
    return start(key) + 2 + (int) (number % REMEMBERED) * LONGS_PER_VERSION;
  }

  private long get(int index) {
    return (long) LONGS.getVolatile(memory, index * 8);
  }

  private void set(int index, long value) {
    LONGS.setVolatile(memory, index * 8, value);
  }
}

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
 * A log of the versions of each key in Redis and their times, in a file that all JVMs of a test
 * have mapped into memory. The times are of the monotonic clock, which all JVMs of a machine share.
 */
final class Timeline {

  /** How many of the last versions of a key are recorded. */
  private static final int RECORDED = 128;

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
    long bytes = 8L * (KEYS_FROM + (long) keys * (2 + RECORDED * LONGS_PER_VERSION));
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Timeline(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next version of a key. To be called only by the writer of the key. */
  long next(int key) {
    long version = get(start(key) + 1) + 1;
    set(start(key) + 1, version);
    return version;
  }

  /** Records that from now on none of the versions so far is in Redis. */
  void skip(int key) {
    written(key, next(key));
  }

  /**
   * Records that from now on no older version of the key is in Redis. To be called only by the
   * writer of the key.
   */
  void written(int key, long version) {
    long count = get(start(key));
    int slot = slot(key, count);
    set(slot, Long.MAX_VALUE);
    set(slot + 1, version);
    set(slot, System.nanoTime());
    set(start(key), count + 1);
  }

  /** The number of recorded writes of all keys. */
  long writes(int keys) {
    return IntStream.range(0, keys).mapToLong(key -> get(start(key))).sum();
  }

  /** The last version of the key that was in Redis at that time; 0 if none is recorded. */
  long versionAt(int key, long nanos) {
    long found = 0;
    for (int i = 0; i < RECORDED; i++) {
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

  /** Makes the writers wait, or continue. */
  void pause(boolean on) {
    set(PAUSED, on ? 1 : 0);
  }

  boolean isPaused() {
    return get(PAUSED) == 1;
  }

  /** Records whether a writer waits because of {@link #pause}. */
  void setWaiting(int writer, boolean on) {
    set(WRITERS + writer, on ? 1 : 0);
  }

  boolean isWaiting(int writer) {
    return get(WRITERS + writer) == 1;
  }

  private static int start(int key) {
    return KEYS_FROM + key * (2 + RECORDED * LONGS_PER_VERSION);
  }

  private static int slot(int key, long number) {
    return start(key) + 2 + (int) (number % RECORDED) * LONGS_PER_VERSION;
  }

  private long get(int index) {
    return (long) LONGS.getVolatile(memory, index * 8);
  }

  private void set(int index, long value) {
    LONGS.setVolatile(memory, index * 8, value);
  }
}

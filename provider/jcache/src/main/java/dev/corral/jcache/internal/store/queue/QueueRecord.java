package dev.corral.jcache.internal.store.queue;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of a queued change; queue.lua explains the format.
 *
 * @param version distinguishes the change from other changes of its key
 * @param attempts how often the writer has refused the change already
 * @param valueOffset where the bytes of the value begin
 */
public record QueueRecord(long version, boolean removal, int attempts, int valueOffset) {

  /** How many bytes the order of a change takes. */
  static final int ORDER_LENGTH = 40;

  private static final int LENGTH = 13 + ORDER_LENGTH;
  private static final int PUT = 1;
  private static final int REMOVE = 2;

  /**
   * Parses the header of a record.
   *
   * @return null if the record is malformed
   */
  public static @Nullable QueueRecord of(byte[] record) {
    if (record.length < LENGTH) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(record);
    long version = header.getLong();
    int operation = header.get();
    int attempts = header.getInt();
    return isOperation(operation) && attempts >= 0
        ? new QueueRecord(version, operation == REMOVE, attempts, LENGTH)
        : null;
  }

  /** Whether a byte of a record, or of a dead letter, denotes an operation. */
  static boolean isOperation(int operation) {
    return operation == PUT || operation == REMOVE;
  }

  /** Whether an operation is a removal. */
  static boolean isRemoval(int operation) {
    return operation == REMOVE;
  }
}

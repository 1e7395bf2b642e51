package dev.corral.jcache.internal.store.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The header of a dead letter; queue.lua explains the format.
 *
 * @param attempts how often the writer refused the change
 * @param changed when the first change of the key was queued
 * @param parked when the change became a dead letter
 * @param valueOffset where the bytes of the value begin
 */
public record DeadLetterRecord(
    boolean removal,
    int attempts,
    Instant changed,
    Instant parked,
    String reason,
    int valueOffset) {

  private static final int LENGTH = 25 + QueueRecord.ORDER_LENGTH;

  /**
   * Parses the header of a dead letter.
   *
   * @return null if the dead letter is malformed
   */
  public static @Nullable DeadLetterRecord of(byte[] letter) {
    if (letter.length < LENGTH) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(letter);
    int operation = header.get();
    int attempts = header.getInt();
    Instant changed = Instant.ofEpochMilli(header.getLong());
    Instant parked = Instant.ofEpochMilli(header.getLong());
    header.position(header.position() + QueueRecord.ORDER_LENGTH);
    int length = header.getInt();
    if (!QueueRecord.isOperation(operation)
        || attempts < 0
        || length < 0
        || length > letter.length - LENGTH) {
      return null;
    }
    return new DeadLetterRecord(
        QueueRecord.isRemoval(operation),
        attempts,
        changed,
        parked,
        new String(letter, LENGTH, length, UTF_8),
        LENGTH + length);
  }
}

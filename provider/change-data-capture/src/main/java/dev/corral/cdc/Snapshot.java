package dev.corral.cdc;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a new statement in PostgreSQL sees: the result of {@code txid_current_snapshot()}. The log
 * has a COMMIT before the transaction is visible, and with synchronous replication long before: a
 * reader that asks the database in between gets the older row.
 *
 * @param min all transactions with smaller numbers have ended
 * @param max no transaction with this number or a greater one is visible
 * @param running the transactions in between that have not ended
 */
record Snapshot(long min, long max, Set<Long> running) {

  private static final long EPOCH = 1L << 32;

  /** Parses the text form, such as {@code 10:20:10,14,15}. */
  static Snapshot parse(String text) {
    int first = text.indexOf(':');
    int second = text.indexOf(':', first + 1);
    String list = text.substring(second + 1);
    return new Snapshot(
        Long.parseLong(text.substring(0, first)),
        Long.parseLong(text.substring(first + 1, second)),
        list.isEmpty()
            ? Set.of()
            : Arrays.stream(list.split(",", -1)).map(Long::valueOf).collect(Collectors.toSet()));
  }

  /**
   * Whether a committed transaction is visible.
   *
   * @param transactionId the lower 32 bits of its number, as the log has it
   */
  boolean includes(int transactionId) {
    long number = (max & -EPOCH) | Integer.toUnsignedLong(transactionId);
    if (number - max > EPOCH / 2) {
      number -= EPOCH;
    } else if (max - number > EPOCH / 2) {
      number += EPOCH;
    }
    return number < max && !running.contains(number);
  }
}

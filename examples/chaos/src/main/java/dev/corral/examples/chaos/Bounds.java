package dev.corral.examples.chaos;

import java.time.Duration;

/** The times that the documentation promises, and the margins of the machine. */
final class Bounds {

  /** What a call may take in addition to {@code redis.timeout}: docs/outage.md. */
  static final Duration IN_ADDITION = Duration.ofSeconds(1);

  /** For a machine on which all servers and JVMs share a few processors. */
  static final Duration MARGIN = Duration.ofMillis(700);

  /** The lease of a lock whose JVM was killed, and of an entry under a write fence. */
  static final Duration LOCK = Duration.ofSeconds(10);

  /** The maximum wait for the lock of a key: docs/write-through.md. */
  static final Duration KEY_WAIT = Duration.ofSeconds(30);

  /** How long after the last fault all JVMs must use Redis again and have repaired everything. */
  static final Duration RECOVERY = Duration.ofSeconds(15);

  /** How late a connected replica may be. */
  static final Duration REPLICATION_LAG = Duration.ofSeconds(2);

  /** How long after an outage the queue may be behind, so that JVMs can repair first. */
  static final Duration REPAIR_GRACE = Duration.ofSeconds(3);

  /** How exactly two JVMs know the server's time: one round trip on a loaded machine. */
  static final Duration CLOCKS = Duration.ofMillis(5);

  /** How long servers may take to agree on the masters again. */
  static final Duration SERVERS = Duration.ofSeconds(40);

  private Bounds() {}

  /** The maximum time of a call that needs no lock. */
  static Duration call() {
    return Caches.TIMEOUT.plus(IN_ADDITION).plus(MARGIN);
  }
}

package dev.corral.jcache.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The calls of user code and the events while a case runs. Safe for many threads. */
final class Journal {

  private final List<String> calls = new ArrayList<>();
  private final List<String> policyCalls = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private boolean recording;

  private record Event(String type, String key, String text, boolean ofPreparedEntry) {}

  synchronized void start() {
    calls.clear();
    policyCalls.clear();
    events.clear();
    recording = true;
  }

  synchronized void stop() {
    recording = false;
  }

  /** False while entries are prepared or observed. */
  synchronized boolean isRecording() {
    return recording;
  }

  /** A call of the loader or the writer. */
  synchronized void call(String text) {
    if (recording) {
      calls.add(text);
    }
  }

  /** A call of the expiry policy. */
  synchronized void policyCall(String text) {
    if (recording) {
      policyCalls.add(text);
    }
  }

  /** An event; recorded at all times, so that {@link #created} can wait for the preparation. */
  synchronized void event(String type, String key, String value, String oldValue) {
    boolean prepared = Entries.PREPARED.equals(value);
    events.add(new Event(type, key, type + " " + oldValue + " → " + value, prepared));
  }

  /** The number of CREATED events for these keys. */
  synchronized long created(Set<String> keys) {
    return events.stream()
        .filter(it -> it.type().equals("CREATED") && keys.contains(it.key()))
        .count();
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  synchronized List<String> policyCalls() {
    return List.copyOf(policyCalls);
  }

  /**
   * The events of these keys, without the EXPIRED events of entries that were in the cache.
   *
   * @param bornExpired whether to include EXPIRED events of entries with a creation expiry of zero
   */
  synchronized List<String> events(List<String> keys, boolean bornExpired) {
    return events.stream()
        .filter(it -> keys.contains(it.key()))
        .filter(it -> !it.type().equals("EXPIRED") || (bornExpired && !it.ofPreparedEntry()))
        .map(it -> keys.indexOf(it.key()) + ": " + it.text())
        .sorted((a, b) -> Character.compare(a.charAt(0), b.charAt(0)))
        .toList();
  }
}

package dev.corral.jcache.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a cache asked of user code, and what it told listeners, while a case ran. */
final class Journal {

  private final List<String> calls = new ArrayList<>();
  private final List<String> questions = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private boolean recording;

  private record Event(String type, String key, String text, boolean ofPreparedEntry) {}

  synchronized void start() {
    calls.clear();
    questions.clear();
    events.clear();
    recording = true;
  }

  synchronized void stop() {
    recording = false;
  }

  /** False while a case is prepared or looked at. */
  synchronized boolean isRecording() {
    return recording;
  }

  /** A call of the loader or the writer. */
  synchronized void call(String text) {
    if (recording) {
      calls.add(text);
    }
  }

  /** A question to the expiry policy. */
  synchronized void question(String text) {
    if (recording) {
      questions.add(text);
    }
  }

  synchronized void event(String type, String key, String value, String oldValue) {
    boolean prepared = Entries.PREPARED.equals(value);
    events.add(new Event(type, key, type + " " + oldValue + " → " + value, prepared));
  }

  synchronized long created(Set<String> keys) {
    return events.stream()
        .filter(it -> it.type().equals("CREATED") && keys.contains(it.key()))
        .count();
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  synchronized List<String> questions() {
    return List.copyOf(questions);
  }

  /**
   * The events of these keys, without EXPIRED of entries that were in the cache.
   *
   * @param bornExpired whether EXPIRED is also told of entries that never were
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

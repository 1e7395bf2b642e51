package dev.corral.jcache.parity;

import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import javax.cache.Cache;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/** Loader, writer, listener and expiry policy that record their calls in a {@link Journal}. */
final class UserCode {

  /** Loader and writer throw for a key that contains this text. */
  static final String FAILS = "fails";

  /** The loader has no value for a key that contains this text. */
  static final String UNKNOWN = "unknown";

  private UserCode() {}

  /** A factory that returns this object. It need not be serializable for either provider. */
  static <T> Factory<T> factory(T product) {
    return () -> product;
  }

  static final class Loader implements CacheLoader<String, String> {
    private final Journal journal;

    Loader(Journal journal) {
      this.journal = journal;
    }

    @Override
    public String load(String key) {
      journal.call("load " + key);
      return value(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      TreeSet<String> sorted = new TreeSet<>();
      keys.forEach(sorted::add);
      journal.call("loadAll " + sorted);
      sorted.forEach(key -> loaded.put(key, value(key)));
      return loaded;
    }

    private String value(String key) {
      if (journal.isRecording() && key.contains(FAILS)) {
        throw new IllegalStateException("the loader fails");
      }
      return key.contains(UNKNOWN) || !journal.isRecording() ? null : "loaded";
    }
  }

  static final class Writer implements CacheWriter<String, String> {
    private final Journal journal;

    Writer(Journal journal) {
      this.journal = journal;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      journal.call("write " + entry.getKey() + "=" + entry.getValue());
      fail(entry.getKey());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      TreeSet<String> sorted = new TreeSet<>();
      entries.forEach(it -> sorted.add(it.getKey() + "=" + it.getValue()));
      journal.call("writeAll " + sorted);
      for (var all = entries.iterator(); all.hasNext(); all.remove()) {
        fail(all.next().getKey());
      }
    }

    @Override
    public void delete(Object key) {
      journal.call("delete " + key);
      fail((String) key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      TreeSet<String> sorted = new TreeSet<>();
      keys.forEach(it -> sorted.add((String) it));
      journal.call("deleteAll " + sorted);
      for (Iterator<?> all = keys.iterator(); all.hasNext(); all.remove()) {
        fail((String) all.next());
      }
    }

    private void fail(String key) {
      if (journal.isRecording() && key.contains(FAILS)) {
        throw new IllegalStateException("the writer fails");
      }
    }
  }

  /** A policy that a user wrote. While entries are prepared, it returns other times to live. */
  static final class Policy implements ExpiryPolicy {
    private final Journal journal;
    private final Lifetimes lifetimes;
    private volatile Duration prepared = Duration.ETERNAL;

    Policy(Journal journal, Lifetimes lifetimes) {
      this.journal = journal;
      this.lifetimes = lifetimes;
    }

    void prepare(Duration creation) {
      prepared = creation;
    }

    @Override
    public Duration getExpiryForCreation() {
      journal.policyCall("creation");
      return journal.isRecording() ? lifetimes.creation() : prepared;
    }

    @Override
    public Duration getExpiryForAccess() {
      journal.policyCall("access");
      return journal.isRecording() ? lifetimes.access() : null;
    }

    @Override
    public Duration getExpiryForUpdate() {
      journal.policyCall("update");
      return journal.isRecording() ? lifetimes.update() : null;
    }
  }

  static final class Listener
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String>,
          CacheEntryRemovedListener<String, String>,
          CacheEntryExpiredListener<String, String> {
    private final Journal journal;

    Listener(Journal journal) {
      this.journal = journal;
    }

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      record(events);
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      record(events);
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      record(events);
    }

    @Override
    public void onExpired(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      record(events);
    }

    private void record(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(
          it ->
              journal.event(
                  it.getEventType().name(), it.getKey(), it.getValue(), it.getOldValue()));
    }
  }
}

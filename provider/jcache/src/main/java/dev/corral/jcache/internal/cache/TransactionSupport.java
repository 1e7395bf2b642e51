package dev.corral.jcache.internal.cache;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.FillTicket;
import dev.corral.jcache.Lookup;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.NewValue;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.outage.Repair;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.IntentCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * For callers that read and change the database themselves: intents of transactions, and fills with
 * a load ticket. Safe for many threads.
 */
public final class TransactionSupport<K, V> {

  private static final Duration LEAST_TIME = Duration.ofSeconds(1);
  private static final Duration LONGEST_TIME = Duration.ofDays(1);

  private final String name;
  private final boolean failFast;
  private final boolean writesBehind;
  private final Stage.Next<K, V> pipeline;
  private final @Nullable NearCache<K, V> nearCache;
  private final CacheComponents.Loading<K, V> loading;
  private final CacheComponents.Management<K, V> management;
  private final IntentCommands<K> intents;
  private final List<Consumer<K>> forgetting = new CopyOnWriteArrayList<>();

  TransactionSupport(
      String name, CorralConfiguration<K, V> configuration, CacheComponents<K, V> components) {
    this.name = name;
    this.failFast = configuration.isFailFast();
    this.writesBehind = configuration.writeBehind().isPresent() && configuration.isWriteThrough();
    this.pipeline = components.entries().pipeline();
    this.nearCache = components.entries().nearCache();
    this.loading = components.loading();
    this.management = components.management();
    this.intents = components.entries().intents();
  }

  /** The value of an entry; null if there is none. Calls no loader. */
  @Nullable V getIfPresent(K key) {
    V near = nearValue(key);
    if (near != null) {
      return near;
    }
    try {
      return execute(key, EntryOperation.visit()).value();
    } catch (RedisUnavailableException e) {
      if (failFast) {
        throw e;
      }
      return null;
    }
  }

  /** An entry, or the ticket with which its value may be stored. */
  Lookup<V> lookUp(K key) {
    V near = nearValue(key);
    if (near != null) {
      return new Lookup<>(near, FillTicket.NONE);
    }
    try {
      Outcome<V> found = execute(key, EntryOperation.visit());
      V value = found.value();
      boolean isStored = value != null || found.hit(); // a dry run gives no value of a live entry
      return isStored ? new Lookup<>(value, FillTicket.NONE) : missed(key, found);
    } catch (RedisUnavailableException e) {
      if (failFast) {
        throw e;
      }
      return new Lookup<>(null, FillTicket.NONE);
    }
  }

  private @Nullable V nearValue(K key) {
    V near = nearCache == null ? null : nearCache.get(key);
    if (near != null) {
      management.statistics().recordHit();
    }
    return near;
  }

  /** Uses the ticket of a load that is running: a change removes it for both. */
  private Lookup<V> missed(K key, Outcome<V> found) {
    Snapshot<V> seen = found.prior() == Prior.LOADING ? found.seen() : null;
    if (seen != null && seen.version() instanceof String running) {
      return new Lookup<>(null, new FillTicket(running));
    }
    LoadTicket ticket = LoadTicket.ofBegin(LoadTicket.newId());
    Outcome<V> reserved = execute(key, EntryOperation.reserve(ticket));
    return reserved.effect() == Effect.RESERVED
        ? new Lookup<>(null, new FillTicket(ticket.id()))
        : new Lookup<>(reserved.value(), FillTicket.NONE);
  }

  /** Whether the value was stored, because the ticket is still in the key. */
  boolean fill(K key, FillTicket ticket, V value) {
    return !ticket.id().isEmpty()
        && execute(
                key,
                EntryOperation.fill(
                    new NewValue<>(value, null), new LoadTicket(ticket.id(), /* millis= */ 0)))
            .stored();
  }

  private Outcome<V> execute(K key, EntryOperation<V> operation) {
    return pipeline.proceed(EntryRequest.of(key, operation));
  }

  /** Records that a transaction is about to change keys. */
  ChangeIntent recordIntent(List<K> keys, Duration time) {
    if (time.compareTo(LEAST_TIME) < 0 || time.compareTo(LONGEST_TIME) > 0) {
      throw new IllegalArgumentException(
          "cache '%s': an intent has to last from %s to %s, not %s"
              .formatted(name, LEAST_TIME, LONGEST_TIME, time));
    }
    if (writesBehind) {
      throw new UnsupportedOperationException(
          ("cache '%s' writes behind, so its queue changes the database, and not a transaction;"
                  + " use another cache for what transactions change")
              .formatted(name));
    }
    IntentCommands.Intent<K> intent = intents.newIntent(keys, time);
    requireAvailable(intent);
    try {
      intents.record(intent);
    } finally {
      forget(keys);
    }
    return new Recorded(intent);
  }

  private void requireAvailable(IntentCommands.Intent<K> intent) {
    CacheRecovery recovery = management.recovery();
    if (!recovery.isUnrestricted()) {
      for (String key : intent.texts()) {
        if (recovery.accepts(key) != Accepts.EVERYTHING) {
          throw recovery.unavailable("record an intent");
        }
      }
    }
  }

  /**
   * Calls a consumer with each key of which no later reader in this JVM may get what was read
   * before: when its intent is recorded or confirmed, and when it is invalidated.
   */
  public void onForget(Consumer<K> consumer) {
    forgetting.add(consumer);
  }

  /** No later reader in this JVM gets what was read before. */
  private void forget(List<K> keys) {
    for (K key : keys) {
      loading.forgetLoad(key);
      forgetting.forEach(it -> it.accept(key));
      if (nearCache != null) {
        nearCache.invalidate(key);
      }
    }
  }

  /** Removes entries, and also the tickets of loads that are running. */
  void invalidateAll(List<K> keys) {
    RedisUnavailableException failure = removeAndEnd(intents.newIntent(keys, LEAST_TIME));
    if (failure != null && failFast) {
      throw failure;
    }
  }

  /**
   * Removes the entries of an intent, and ends it if it was recorded. If that fails, the entries
   * are removed as after an outage, before this JVM reads them.
   *
   * @return the failure, if Redis is unavailable; null if the entries are removed
   * @throws CacheException if Redis refuses it
   */
  private @Nullable RedisUnavailableException removeAndEnd(IntentCommands.Intent<K> intent) {
    try {
      intents.confirm(intent);
      return null;
    } catch (RedisUnavailableException e) {
      repair(intent, e);
      return e;
    } catch (CacheException e) {
      repair(intent, null);
      throw e;
    } finally {
      forget(intent.keys());
    }
  }

  private void repair(
      IntentCommands.Intent<K> intent, @Nullable RedisUnavailableException failure) {
    management
        .recovery()
        .repair(intent.texts().stream().map(it -> new Repair(it, null)).toList(), failure);
  }

  private final class Recorded implements ChangeIntent {

    private final IntentCommands.Intent<K> intent;
    private final AtomicBoolean ended = new AtomicBoolean();

    Recorded(IntentCommands.Intent<K> intent) {
      this.intent = intent;
    }

    @Override
    public void confirm() {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      var unused = removeAndEnd(intent);
    }

    @Override
    public void withdraw() {
      if (ended.compareAndSet(false, true)) {
        intents.withdraw(intent);
      }
    }

    @Override
    public void close() {
      if (ended.compareAndSet(false, true)) {
        intents.abandon(intent);
      }
    }
  }
}

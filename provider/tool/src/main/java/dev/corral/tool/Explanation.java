package dev.corral.tool;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.values.StoredValues;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.store.StoredDetails;
import dev.corral.jcache.internal.store.queue.DeadLetterRecord;
import dev.corral.jcache.internal.store.queue.QueueRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a read of a key answers what it answers.
 *
 * @param state one word or two: {@code value}, {@code remembered miss}, {@code loading} …
 * @param answer what a read of the application gets
 * @param entry null if nothing is stored
 * @param holders the locks, tickets and fences of the key
 * @param writes what the database does not have yet
 * @param damaged what another program has damaged
 */
record Explanation(
    Place place,
    String state,
    String answer,
    @Nullable Entry entry,
    List<Holder> holders,
    Writes writes,
    List<String> damaged) {

  /** Where the key is. */
  record Place(String cache, String key, String redisKey, int bucket, String node) {}

  /**
   * What is stored.
   *
   * @param deadline null if it never expires
   * @param ttlMillis the TTL of the Redis key; null if it has none
   * @param ageMillis null if it is not known
   * @param value null if it is no value
   * @param tags null if it has none
   */
  record Entry(
      long generation,
      long generationOfBucket,
      @Nullable Instant deadline,
      @Nullable Long ttlMillis,
      @Nullable Long ageMillis,
      long loadMillis,
      @Nullable Content value,
      @Nullable Tags tags) {}

  /**
   * The tags of an entry.
   *
   * @param known when the value was put, or its load began: no earlier invalidation concerns it
   * @param invalidated when one of them was invalidated since then; null if none was
   * @param forgotten whether Redis does not know what was invalidated since then, so that the entry
   *     is absent
   */
  record Tags(int number, Instant known, @Nullable Instant invalidated, boolean forgotten) {}

  /**
   * A value.
   *
   * @param className the outermost class
   * @param undecodable why it cannot be read; null if it can
   */
  record Content(
      int bytes,
      boolean encrypted,
      boolean compressed,
      @Nullable String codec,
      @Nullable String className,
      @Nullable String undecodable) {}

  /** A lock, ticket or fence. */
  record Holder(String kind, String owner, long endsInMillis, @Nullable String waiter) {}

  /** The changes that the database does not have. */
  record Writes(
      @Nullable Queued queued,
      @Nullable Dead dead,
      @Nullable String drainer,
      long settlingMillis) {}

  /** A queued change. */
  record Queued(
      String operation, int attempts, Instant since, Instant due, @Nullable Content value) {}

  /** A dead letter. */
  record Dead(String operation, int attempts, Instant changed, Instant parked, String reason) {}

  static Explanation of(StoredCache cache, String key) {
    EntryState state = EntryState.read(cache, key);
    KeySpace keys = cache.keys();
    int bucket = keys.bucketOf(key);
    Writes writes = writes(cache, state);
    String word = word(state, writes.queued());
    return new Explanation(
        new Place(
            cache.name(),
            key,
            keys.entry(bucket, key),
            bucket,
            cache.access().nodes().of(keys.generation(bucket)).address().toString()),
        word,
        answer(word),
        entry(cache, state),
        holders(state),
        writes,
        state.damage());
  }

  private static String word(EntryState state, @Nullable Queued queued) {
    Envelope.Kind kind = state.envelope().kind();
    boolean isLive = kind == Envelope.Kind.VALUE && !state.isPast() && !state.isInvalidated();
    if (queued != null && !isLive) {
      return queued.operation().equals("remove") ? "queued removal" : "queued";
    } else if (state.isCleared()) {
      return "cleared";
    } else if (state.isInvalidated()) {
      return "invalidated";
    }
    return switch (kind) {
      case NOTHING -> "absent";
      case UNREADABLE -> "unreadable";
      case NEGATIVE -> state.isPast() ? "absent" : "remembered miss";
      case TICKET -> "loading";
      case VALUE -> state.isPast() ? "stale" : "value";
    };
  }

  private static String answer(String state) {
    return switch (state) {
      case "value" -> "a hit";
      case "queued" -> "the queued value, in JVMs with write-behind";
      case "queued removal" -> "a miss that is not loaded, in JVMs with write-behind";
      case "cleared" -> "a miss: clear() was called after the entry was written";
      case "invalidated" -> "a miss: a tag of the entry was invalidated after it was written";
      case "remembered miss" -> "a miss that is not loaded: the loader had no value";
      case "loading" -> "a miss; a read-through waits for the running load";
      case "stale" -> "a miss; read-through may serve the value while it loads a new one";
      case "unreadable" -> "a miss: another release of Corral has written the entry";
      default -> "a miss";
    };
  }

  private static @Nullable Entry entry(StoredCache cache, EntryState state) {
    byte[] stored = state.stored();
    if (stored == null) {
      return null;
    }
    Envelope envelope = Envelope.of(stored, Envelope.generationOf(stored));
    long deadline = envelope.deadlineMillis();
    return new Entry(
        Envelope.generationOf(stored),
        state.generation(),
        deadline == 0 ? null : Instant.ofEpochMilli(deadline),
        state.ttlMillis() < 0 ? null : state.ttlMillis(),
        envelope.kind() == Envelope.Kind.VALUE
            ? ageMillis(stored, cache.settings().configuration(), deadline, state.nowMillis())
            : null,
        envelope.loadMillis(),
        envelope.kind() == Envelope.Kind.VALUE
            ? content(cache, stored, envelope.valueOffset())
            : null,
        envelope.kind() == Envelope.Kind.VALUE && Envelope.hasTags(stored)
            ? tags(stored, state.tags())
            : null);
  }

  private static Tags tags(byte[] stored, TagNumbers numbers) {
    long last = numbers.last(stored);
    return new Tags(
        TagNumbers.tagsOf(stored).size(),
        instantOf(Envelope.stampOf(stored)),
        last > Envelope.stampOf(stored) ? instantOf(last) : null,
        numbers.isForgotten(stored));
  }

  /** A number of an invalidation is a time in µs. */
  private static Instant instantOf(long number) {
    return Instant.EPOCH.plus(number, ChronoUnit.MICROS);
  }

  /** If the age is not stored, a constant time to live gives it. */
  private static @Nullable Long ageMillis(
      byte[] stored, CorralConfiguration<?, ?> configuration, long deadline, long now) {
    long storedMillis = StoredDetails.of(Envelope.detailsOf(stored)).storedMillis();
    if (storedMillis > 0) {
      return Math.max(0, now - storedMillis);
    }
    Lifetimes times = new Expiry(configuration.getExpiryPolicyFactory().create()).lifetimes();
    long time = times.creationMillis();
    boolean isConstant =
        time > 0
            && configuration.jitter() == 0
            && (times.updateMillis() == time || times.updateMillis() == Expiry.UNCHANGED)
            && times.accessMillis() == Expiry.UNCHANGED;
    long age = time - (deadline - now);
    return deadline != 0 && isConstant && age >= 0 ? age : null;
  }

  /** A value, without its content. */
  static Content content(StoredCache cache, byte[] bytes, int offset) {
    int size = bytes.length - offset;
    boolean encrypted = StoredValues.isEncrypted(bytes, offset);
    boolean compressed = StoredValues.isCompressed(bytes, offset);
    try {
      StoredValues.Value value = cache.value(bytes, offset);
      return new Content(size, encrypted, compressed, value.codec(), Trees.className(value), null);
    } catch (UndecodableValueException e) {
      return new Content(size, encrypted, compressed, null, null, String.valueOf(e.getMessage()));
    }
  }

  private static List<Holder> holders(EntryState state) {
    List<Holder> holders = new ArrayList<>();
    addLock(holders, "key lock (an entry processor or writer)", state, "lock");
    addLock(holders, "load lock", state, "load");
    byte[] stored = state.stored();
    Envelope envelope = state.envelope();
    if (envelope.kind() == Envelope.Kind.TICKET && stored != null) {
      String id = textFrom(stored, envelope.valueOffset());
      holders.add(new Holder("load ticket", id, state.ttlMillis(), null));
    }
    String fence = state.text("fence");
    if (state.hasIntents()) {
      String number = Long.toString(state.openIntents());
      holders.add(
          new Holder(
              "intents of transactions, and writers", number, state.number("fence-ttl", -1), null));
    } else if (fence != null) {
      holders.add(new Holder("write fence", fence, state.number("fence-ttl", -1), null));
    }
    return holders;
  }

  private static String textFrom(byte[] stored, int offset) {
    return Replies.text(Arrays.copyOfRange(stored, offset, stored.length));
  }

  private static void addLock(List<Holder> to, String kind, EntryState state, String name) {
    Map<String, String> fields = state.fields(name);
    String owner = fields.get("owner");
    if (owner != null) {
      to.add(new Holder(kind, owner, state.number(name + "-ttl", -1), fields.get("waiter")));
    }
  }

  private static Writes writes(StoredCache cache, EntryState state) {
    QueueRecord record = state.queued();
    byte[] bytes = state.queuedBytes();
    DeadLetterRecord letter = state.dead();
    return new Writes(
        record == null || bytes == null
            ? null
            : new Queued(
                operation(record.removal()),
                record.attempts(),
                Instant.ofEpochMilli(state.number("since", 0)),
                Instant.ofEpochMilli(state.number("due", 0)),
                record.removal() ? null : content(cache, bytes, record.valueOffset())),
        letter == null
            ? null
            : new Dead(
                operation(letter.removal()),
                letter.attempts(),
                letter.changed(),
                letter.parked(),
                letter.reason()),
        state.text("drainer"),
        Math.max(0, state.number("settling", 0)));
  }

  static String operation(boolean isRemoval) {
    return isRemoval ? "remove" : "put";
  }
}

package dev.corral.tool;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.client.DirectConnection.ServerError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The doctor's checks of the caches and their keys. */
final class CacheChecks {

  private static final long OLD_MILLIS = 60_000;
  private static final int LISTED = 5;
  private static final long BIG_BYTES = 1 << 20;

  private final Access access;
  private final Consumer<Finding> findings;

  CacheChecks(Access access, Consumer<Finding> findings) {
    this.access = access;
    this.findings = findings;
  }

  /** The queue of one cache. */
  void queue(StoredCache cache) {
    KeySpace keys = cache.keys();
    long queued = 0;
    long dead = 0;
    long oldest = 0;
    long withoutDrainer = 0;
    for (int bucket = 0; bucket < keys.buckets(); bucket++) {
      List<String> parts = keys.queue(bucket);
      List<@Nullable Object> replies =
          cache.callAll(
              bucket,
              List.of(
                  new Object[] {"HLEN", parts.get(0)},
                  new Object[] {"HLEN", parts.get(4)},
                  new Object[] {"ZRANGE", parts.get(2), 0, 0, "WITHSCORES"},
                  new Object[] {"EXISTS", keys.drainerLease(bucket)},
                  new Object[] {"TIME"}));
      long ofBucket = Replies.number(replies.get(0), 0);
      queued += ofBucket;
      dead += Replies.number(replies.get(1), 0);
      List<@Nullable Object> first = Replies.list(replies.get(2));
      if (first.size() == 2) {
        oldest =
            Math.max(oldest, EntryState.millis(replies.get(4)) - Replies.number(first.get(1), 0));
      }
      withoutDrainer += ofBucket > 0 && Replies.number(replies.get(3), 0) == 0 ? 1 : 0;
    }
    report(cache.name(), queued, dead, oldest, withoutDrainer);
  }

  private void report(String name, long queued, long dead, long oldest, long withoutDrainer) {
    String check = "cache " + name;
    if (withoutDrainer > 0) {
      findings.accept(
          Finding.problem(
              check,
              "%d queued writes, and no JVM drains them".formatted(queued),
              "start a JVM of the application that has the writer of this cache"));
    } else if (oldest > OLD_MILLIS) {
      findings.accept(
          Finding.warning(
              check,
              "%d queued writes, the oldest for %s".formatted(queued, Units.millis(oldest)),
              "the database is slow or down: see the log of the application, and 'pending "
                  + name
                  + "'"));
    }
    if (dead > 0) {
      findings.accept(
          Finding.warning(
              check,
              dead + " dead letters",
              "see 'dead-letters list %s', mend the cause, then 'dead-letters replay %s'"
                  .formatted(name, name)));
    }
    if (withoutDrainer == 0 && oldest <= OLD_MILLIS && dead == 0) {
      findings.accept(
          Finding.ok(check, queued == 0 ? "no queued writes" : queued + " queued writes"));
    }
  }

  /** Whether a cache has a queue, or a counter of one. */
  static boolean hasQueue(StoredCache cache) {
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      String totals = cache.keys().queue(bucket).get(3);
      if (Replies.number(
              cache.callAll(bucket, List.<Object[]>of(new Object[] {"EXISTS", totals})).get(0), 0)
          > 0) {
        return true;
      }
    }
    return false;
  }

  /** Looks for big keys, and for keys of others, by SCAN. */
  void scan(int limit, Progress progress) {
    Scanned scanned = new Scanned();
    try {
      for (Node node : access.nodes().masters()) {
        access
            .nodes()
            .scan(
                node,
                "*",
                page -> {
                  progress.add(page.size());
                  scanned.add(node, page, limit);
                });
      }
    } catch (Enough e) {
      scanned.isPartial = true;
    }
    prefix(scanned);
    bigKeys(scanned);
  }

  private void prefix(Scanned scanned) {
    if (access.prefix().isEmpty() && scanned.others > 0) {
      findings.accept(
          Finding.warning(
              "prefix",
              "Redis has keys of others, and the caches have no prefix",
              "set redis.key-prefix, so that a user of Redis can be limited to it"));
    }
  }

  private void bigKeys(Scanned scanned) {
    String extent =
        "%d keys of Corral looked at%s"
            .formatted(scanned.own, scanned.isPartial ? ", not all (see --scan)" : "");
    if (scanned.refused) {
      findings.accept(
          Finding.unknown(
              "big keys",
              extent + "; MEMORY USAGE is refused",
              "grant +memory|usage to the user of the tool"));
      return;
    }
    List<Map.Entry<String, Long>> big =
        scanned.sizes.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .limit(LISTED)
            .toList();
    String list =
        big.stream()
            .map(it -> "%s %s".formatted(it.getKey(), Units.size(it.getValue())))
            .collect(Collectors.joining(", "));
    boolean isBig = !big.isEmpty() && big.get(0).getValue() >= BIG_BYTES;
    findings.accept(
        isBig
            ? Finding.warning(
                "big keys",
                extent + "; the largest: " + list,
                "split large values, or compress them: compress-above")
            : Finding.ok(
                "big keys",
                extent
                    + (big.isEmpty()
                        ? ""
                        : "; the largest: "
                            + big.get(0).getKey()
                            + " "
                            + Units.size(big.get(0).getValue()))));
  }

  /** Ends the scan. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("enough", null, false, false);
    }
  }

  /** What a scan has found. */
  private final class Scanned {

    private final Map<String, Long> sizes = new LinkedHashMap<>();
    private long own;
    private long others;
    private boolean refused;
    private boolean isPartial;

    void add(Node node, List<String> page, int limit) {
      List<String> ours = page.stream().filter(it -> it.startsWith("{" + access.prefix())).toList();
      others += page.size() - ours.size();
      own += ours.size();
      if (!refused && !ours.isEmpty()) {
        measure(node, ours);
      }
      if (limit > 0 && own >= limit) {
        throw new Enough();
      }
    }

    private void measure(Node node, List<String> keys) {
      List<Object[]> commands = new ArrayList<>();
      keys.forEach(it -> commands.add(new Object[] {"MEMORY", "USAGE", it}));
      List<@Nullable Object> replies = node.callAll(commands);
      for (int i = 0; i < keys.size(); i++) {
        if (replies.get(i) instanceof ServerError) {
          refused = true;
          return;
        }
        sizes.put(keys.get(i), Replies.number(replies.get(i), 0));
      }
      if (sizes.size() > 10_000) {
        forgetSmall();
      }
    }

    private void forgetSmall() {
      List<String> kept =
          sizes.entrySet().stream()
              .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
              .limit(LISTED)
              .map(Map.Entry::getKey)
              .toList();
      sizes.keySet().retainAll(kept);
    }
  }
}

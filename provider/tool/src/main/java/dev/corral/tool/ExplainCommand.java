package dev.corral.tool;

import dev.corral.tool.Explanation.Content;
import dev.corral.tool.Explanation.Entry;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains what a read of a key answers, and why. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Explains what a read of a key answers, and why: entry, generation, deadline, tags, locks,"
          + " load ticket, queued write, dead letter.",
      "Exit code 0 if a read gets a value, else 1."
    })
final class ExplainCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--string", description = "The key is a String, whatever it looks like.")
  private boolean isString;

  @Parameters(index = "0", paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  @Parameters(index = "1", paramLabel = "<key>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String key;

  @Override
  public Integer call() {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      Explanation explanation = Explanation.of(cache, StoredCache.keyText(key, isString));
      output.print(explanation, () -> text(explanation));
      boolean hasValue =
          explanation.state().equals("value") || explanation.state().equals("queued");
      return hasValue ? ToolException.OK : ToolException.NEGATIVE;
    }
  }

  private static String text(Explanation all) {
    Table lines = new Table();
    lines.row(all.state(), "a read gets " + all.answer());
    lines.row(
        "key",
        "%s in %s (bucket %d on %s)"
            .formatted(
                all.place().key(), all.place().cache(), all.place().bucket(), all.place().node()));
    lines.row("Redis key", all.place().redisKey());
    addEntry(lines, all.entry(), all.state().equals("loading"));
    all.holders()
        .forEach(
            it ->
                lines.row(
                    it.kind(),
                    "%s, ends in %s%s%s"
                        .formatted(
                            it.owner(),
                            Units.millis(it.endsInMillis()),
                            it.kind().contains("lock") ? " unless its JVM renews it" : "",
                            it.waiter() == null ? "" : ", next for " + it.waiter())));
    addWrites(lines, all.writes());
    all.damaged().forEach(it -> lines.row("damaged", it));
    return lines.toString();
  }

  private static void addEntry(Table lines, @Nullable Entry entry, boolean isTicket) {
    if (entry == null) {
      lines.row("entry", "none");
      return;
    }
    boolean isCurrent = entry.generation() == entry.generationOfBucket();
    lines.row(
        "generation",
        isCurrent
            ? entry.generation() + ", the current one"
            : "%d, but the current one is %d: the entry is cleared"
                .formatted(entry.generation(), entry.generationOfBucket()));
    Instant deadline = entry.deadline();
    Long ttl = entry.ttlMillis();
    if (!isTicket) {
      lines.row("deadline", deadline == null ? "none: it does not expire" : deadline.toString());
    }
    lines.row("TTL in Redis", ttl == null ? "none" : Units.millis(ttl));
    Long age = entry.ageMillis();
    if (entry.value() != null) {
      lines.row(
          "age",
          age == null
              ? "unknown: Redis does not store it, and no constant time to live gives it"
              : Units.millis(age) + ", by the configured time to live");
    }
    if (entry.tags() != null) {
      lines.row("tags", described(entry.tags()));
    }
    if (entry.loadMillis() > 0) {
      lines.row("load", "took " + Units.millis(entry.loadMillis()));
    }
    if (entry.value() != null) {
      lines.row("value", described(entry.value()));
    }
  }

  private static String described(Explanation.Tags tags) {
    Instant invalidated = tags.invalidated();
    return "%d, of %s; %s"
        .formatted(
            tags.number(),
            tags.known(),
            tags.forgotten()
                ? "Redis does not know which were invalidated since, so all count as invalidated"
                : invalidated == null
                    ? "none was invalidated since"
                    : "one was invalidated at " + invalidated);
  }

  private static String described(Content value) {
    String form =
        Units.size(value.bytes())
            + (value.compressed() ? ", compressed" : "")
            + (value.encrypted() ? ", encrypted" : "");
    return value.undecodable() != null
        ? form + "; " + value.undecodable()
        : "%s (%s, %s)".formatted(value.className(), value.codec(), form);
  }

  private static void addWrites(Table lines, Explanation.Writes writes) {
    Explanation.Queued queued = writes.queued();
    if (queued != null) {
      lines.row(
          "queued write",
          "%s since %s, due at %s, %d failed attempts"
              .formatted(queued.operation(), queued.since(), queued.due(), queued.attempts()));
      if (queued.value() != null) {
        lines.row("queued value", described(queued.value()));
      }
      lines.row(
          "drainer",
          writes.drainer() == null
              ? "none: no JVM with write-behind drains this bucket"
              : "JVM " + writes.drainer());
      if (writes.settlingMillis() > 0) {
        lines.row("paused", "for " + Units.millis(writes.settlingMillis()) + " after an outage");
      }
    }
    Explanation.Dead dead = writes.dead();
    if (dead != null) {
      lines.row(
          "dead letter",
          "%s of %s, refused %d times, parked at %s: %s"
              .formatted(
                  dead.operation(), dead.changed(), dead.attempts(), dead.parked(), dead.reason()));
    }
  }
}

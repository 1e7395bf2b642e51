package dev.corral.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.codec.values.StoredValues;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.store.queue.QueueRecord;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a value. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the value of a key, decoded. The classes of the application are not needed.",
      "Reading does not count as an access, calls no loader, and changes nothing."
    })
final class GetCommand implements Callable<Integer> {

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

  /**
   * A value, or the reason why there is none.
   *
   * @param state {@code value}, {@code queued}, {@code absent}, {@code undecodable} …
   * @param codec null without a value
   * @param className the outermost class
   */
  record Report(
      String cache,
      String key,
      String state,
      @Nullable String codec,
      @Nullable String className,
      @Nullable JsonNode value,
      @Nullable String reason) {}

  @Override
  public Integer call() {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      Report report = report(cache, StoredCache.keyText(key, isString));
      output.print(report, () -> text(report));
      if (report.reason() != null && !output.isJson()) {
        output.note(report.reason());
      }
      return report.value() == null ? ToolException.NEGATIVE : ToolException.OK;
    }
  }

  private Report report(StoredCache cache, String text) {
    EntryState state = EntryState.read(cache, text);
    Envelope envelope = state.envelope();
    QueueRecord queued = state.queued();
    byte[] queuedBytes = state.queuedBytes();
    byte[] stored = state.stored();
    boolean isLive =
        envelope.kind() == Envelope.Kind.VALUE && !state.isPast() && !state.isInvalidated();
    if (isLive && stored != null) {
      return value(cache, text, "value", stored, envelope.valueOffset());
    } else if (queued != null && queuedBytes != null && !queued.removal()) {
      return value(cache, text, "queued", queuedBytes, queued.valueOffset());
    }
    String what =
        queued != null
            ? "queued removal"
            : state.isCleared()
                ? "cleared"
                : state.isInvalidated()
                    ? "invalidated"
                    : state.isPast()
                        ? "expired"
                        : switch (envelope.kind()) {
                          case NOTHING -> "absent";
                          case NEGATIVE -> "remembered miss";
                          case TICKET -> "loading";
                          default -> envelope.kind().name().toLowerCase(Locale.ROOT);
                        };
    return new Report(cache.name(), text, what, null, null, null, hint(cache, text, what));
  }

  private String hint(StoredCache cache, String text, String what) {
    String reason = "no value: " + what;
    String asString = StoredCache.keyText(text, /* isString= */ true);
    if (what.equals("absent")
        && !asString.equals(text)
        && EntryState.read(cache, asString).stored() != null) {
      return reason + "; the String has an entry: use --string";
    }
    return reason + "; 'explain' says more";
  }

  private static Report value(
      StoredCache cache, String key, String state, byte[] bytes, int offset) {
    try {
      StoredValues.Value value = cache.value(bytes, offset);
      return new Report(
          cache.name(), key, state, value.codec(), Trees.className(value), Trees.json(value), null);
    } catch (UndecodableValueException e) {
      return new Report(
          cache.name(), key, "undecodable", null, null, null, String.valueOf(e.getMessage()));
    }
  }

  private static String text(Report report) {
    JsonNode value = report.value();
    return value == null ? report.state() : value.toPrettyString();
  }
}

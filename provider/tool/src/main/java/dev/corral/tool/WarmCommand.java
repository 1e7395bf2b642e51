package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.config.CacheSettings;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Loads entries of a cache by the loader of the application. */
@Command(
    name = "warm",
    mixinStandardHelpOptions = true,
    description = {
      "Loads keys by the loader of the configuration file. Needs --class-path with the loader and"
          + " its libraries.",
      "Opens the cache as the application does: with write-behind it may write queued changes."
    })
final class WarmCommand implements Callable<Integer> {

  private static final int BATCH = 500;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--string", description = "The keys are Strings, whatever they look like.")
  private boolean isString;

  @Option(names = "--replace", description = "Load also keys that have an entry.")
  private boolean replaces;

  @Option(
      names = "--rate",
      paramLabel = "<n>",
      defaultValue = "0",
      description = "At most this many keys per second; 0 for no limit.")
  private int rate;

  @Option(
      names = "--keys",
      paramLabel = "<file>",
      description = "A file with one key on each line; - for standard input.")
  private @Nullable Path file;

  @Parameters(index = "0", paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "<key>")
  private List<String> keys = new ArrayList<>();

  /**
   * What was done.
   *
   * @param keys how many keys were given
   * @param loaded how many of them the loader had a value for
   * @param present how many had an entry before
   * @param absent how many have no value
   */
  record Report(String cache, int keys, long loaded, long present, long absent) {}

  @Override
  public Integer call() {
    if (rate < 0) {
      throw new ToolException(ToolException.USAGE, "--rate must not be negative");
    }
    List<String> texts = new ArrayList<>(keys);
    texts.addAll(lines());
    CacheSettings<Object, Object> settings = settings();
    if (settings.configuration().getCacheLoaderFactory() == null) {
      throw new ToolException(
          ToolException.USAGE,
          "The settings of cache '%s' name no loader (loader = com.shop.UserLoader)"
              .formatted(cacheName));
    }
    List<Object> decoded = decoded(texts, settings.configuration());
    try (CorralCachingProvider provider = new CorralCachingProvider();
        CacheManager manager =
            provider.getCacheManager(
                connection.managerUri(), connection.classLoader(), connection.properties())) {
      Cache<Object, Object> declared = manager.getCache(cacheName);
      Cache<Object, Object> cache =
          declared != null
              ? declared
              : manager.createCache(cacheName, new MutableConfiguration<>());
      WarmUp.Progress end = load(cache, decoded);
      Report report =
          new Report(cacheName, texts.size(), end.loaded(), end.present(), end.absent());
      output.print(
          report,
          () ->
              "%d keys given: %d loaded, %d in the cache before, %d without a value"
                  .formatted(report.keys(), report.loaded(), report.present(), report.absent()));
      return ToolException.OK;
    }
  }

  private CacheSettings<Object, Object> settings() {
    try {
      return connection
          .settings()
          .caches()
          .resolve(
              cacheName,
              CorralConfiguration.copyOf(new MutableConfiguration<>()),
              connection.classLoader());
    } catch (IllegalArgumentException | LinkageError e) {
      throw new ToolException(
          ToolException.USAGE,
          (e instanceof LinkageError ? "A class is missing: " : "")
              + e.getMessage()
              + (connection.hasClassPath() ? "" : "; see --class-path"),
          e);
    }
  }

  private List<String> lines() {
    if (file == null) {
      return List.of();
    }
    try (BufferedReader reader =
        file.toString().equals("-")
            ? new BufferedReader(new InputStreamReader(System.in, UTF_8))
            : Files.newBufferedReader(file)) {
      return reader.lines().filter(it -> !it.isBlank()).toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ToolException(ToolException.USAGE, "Cannot read the keys of " + file, e);
    }
  }

  private List<Object> decoded(List<String> texts, CorralConfiguration<?, ?> configuration) {
    if (isString) {
      return List.copyOf(texts);
    }
    List<KeyCodec<?>> custom = new ArrayList<>();
    for (Factory<? extends KeyCodec<?>> factory : configuration.keyCodecs()) {
      custom.add(factory.create());
    }
    KeyCodecs codecs =
        new KeyCodecs(
            custom,
            AllowList.of(
                configuration.allowedClasses(),
                configuration.getKeyType(),
                configuration.getValueType()),
            connection.classLoader());
    Class<?> keyType = configuration.getKeyType();
    return texts.stream().map(it -> decoded(it, codecs, keyType)).toList();
  }

  private Object decoded(String text, KeyCodecs codecs, Class<?> keyType) {
    Object key;
    try {
      key = codecs.decode(text);
    } catch (CacheException e) {
      throw new ToolException(ToolException.USAGE, String.valueOf(e.getMessage()), e);
    }
    if (!keyType.isInstance(key)) {
      throw new ToolException(
          ToolException.USAGE,
          "The keys of cache '%s' are of %s, and '%s' is of %s"
                  .formatted(cacheName, keyType.getName(), text, key.getClass().getName())
              + (keyType == String.class ? "; use --string" : ""));
    }
    return key;
  }

  private WarmUp.Progress load(Cache<Object, Object> cache, List<Object> decoded) {
    @SuppressWarnings("unchecked")
    CorralCache<Object, Object> corral = cache.unwrap(CorralCache.class);
    WarmUp warmUp =
        corral.warm(
            decoded,
            WarmUpOptions.DEFAULTS
                .withBatchSize(BATCH)
                .withKeysPerSecond(rate)
                .withReplace(replaces));
    try (Progress progress = output.progress("warm", decoded.size())) {
      long shown = 0;
      boolean isRunning = true;
      while (isRunning) {
        isRunning = !isDone(warmUp);
        WarmUp.Progress now = warmUp.progress();
        if (!now.causes().isEmpty()) {
          warmUp.stop();
          throw failure(now);
        }
        if (isRunning && corral.outageStatistics().away()) {
          warmUp.stop();
          throw new ToolException(
              ToolException.UNAVAILABLE,
              "Redis became unavailable after %d keys".formatted(now.processed()));
        }
        progress.add(now.processed() - shown);
        shown = now.processed();
      }
    }
    return warmUp.progress();
  }

  /** The loader's failure, or that of Redis or of the keys. */
  private static ToolException failure(WarmUp.Progress progress) {
    Throwable cause = progress.causes().get(0);
    if (cause instanceof CacheLoaderException || !(cause instanceof CacheException)) {
      return new ToolException(
          ToolException.NEGATIVE,
          "The loader failed: " + (cause.getCause() == null ? cause : cause.getCause()),
          cause);
    }
    return new ToolException(
        cause instanceof RedisUnavailableException
            ? ToolException.UNAVAILABLE
            : ToolException.REFUSED,
        "A batch failed after %d keys: %s".formatted(progress.processed(), cause.getMessage()),
        cause);
  }

  /** Waits for a moment. */
  private static boolean isDone(WarmUp warmUp) {
    try {
      warmUp.completion().toCompletableFuture().get(100, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      warmUp.stop();
      return true;
    }
  }
}

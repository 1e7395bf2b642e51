package dev.corral.tool;

import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.redis.client.SharedRedis;
import dev.corral.jcache.internal.redis.settings.ClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * An open connection to Redis with the settings of the provider.
 *
 * @param classLoader loads classes of the application
 * @param properties the options of the command line
 */
record Access(Settings settings, Nodes nodes, ClassLoader classLoader, Properties properties)
    implements AutoCloseable {

  private static final Pattern LAYOUT = Pattern.compile("\\{(.*)\\}!layout", Pattern.DOTALL);
  private static final Pattern ESCAPE = Pattern.compile("%(?:u([0-9A-F]{4})|([0-9A-F]{2}))");

  String prefix() {
    return settings.keyPrefix().text();
  }

  /** The pattern of SCAN for all keys of Corral with the prefix, of one kind. */
  String pattern(String end) {
    return "{" + escaped(prefix()) + end;
  }

  static String escaped(String literal) {
    return literal.replaceAll("([\\\\*?\\[\\]^-])", "\\\\$1");
  }

  /** The names of the caches in Redis, by SCAN. */
  Set<String> cachesInRedis(Progress progress) {
    Set<String> names = new TreeSet<>();
    nodes.scan(
        pattern("*}!layout"),
        page -> {
          progress.add(page.size());
          page.forEach(
              key -> {
                String name = cacheOf(key);
                if (name != null) {
                  names.add(name);
                }
              });
        });
    return names;
  }

  /** The name of the cache whose layout this is; null if it is no layout with the prefix. */
  @Nullable String cacheOf(String key) {
    Matcher layout = LAYOUT.matcher(key);
    if (!layout.matches() || !layout.group(1).startsWith(prefix())) {
      return null;
    }
    String escaped = layout.group(1).substring(prefix().length());
    if (escaped.equals("%")) {
      return "";
    }
    return ESCAPE
        .matcher(escaped)
        .replaceAll(
            it -> {
              String digits = it.group(1) == null ? it.group(2) : it.group(1);
              return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(digits, 16)));
            });
  }

  /** The caches of the settings and of Redis. */
  List<String> allCaches(Progress progress) {
    Set<String> all = new TreeSet<>(settings.caches().declaredCaches());
    all.addAll(cachesInRedis(progress));
    return new ArrayList<>(all);
  }

  /** Does something with the commands of the provider, over its own client. */
  <R> R change(Change<R> change) {
    ClientOptions options = settings.redis().client();
    try (SharedRedis redis = SharedRedis.open(settings.redis())) {
      return change.by(
          redis.commands(options.connectTimeout().plus(options.timeout().multipliedBy(2))));
    } catch (CacheException e) {
      throw failure(e, "");
    }
  }

  /**
   * A change that failed.
   *
   * @param before what was done before; may be empty
   */
  static ToolException failure(CacheException failure, String before) {
    boolean isUnavailable = failure instanceof RedisUnavailableException;
    String message = String.valueOf(failure.getMessage());
    return new ToolException(
        isUnavailable ? ToolException.UNAVAILABLE : ToolException.REFUSED,
        message
            + (before.isEmpty() ? "" : ". " + before)
            + (isUnavailable
                ? ". The last step may have been done, too; it is safe to repeat the command"
                : ""),
        failure);
  }

  /** Changes data in Redis. */
  interface Change<R> {
    R by(RedisCommands commands);
  }

  @Override
  public void close() {
    nodes.close();
  }
}

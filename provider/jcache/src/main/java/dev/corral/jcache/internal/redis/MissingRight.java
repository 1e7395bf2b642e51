package dev.corral.jcache.internal.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisException;

/**
 * Names the command that the user of the connection may not run. Before Redis 7.2, the error of a
 * script only says on which line it is.
 */
final class MissingRight {

  private static final String REFUSAL = "The user executing the script can't ";
  private static final Pattern LINE = Pattern.compile("user_script: ?(\\d+)");
  private static final Pattern CALL = Pattern.compile("redis\\.p?call\\('(\\w+)'");

  private MissingRight() {}

  /** The failure, or one that names the command if the user lacks the right to it. */
  static Throwable named(LuaScript script, Throwable failure) {
    Throwable reason = FailedCommand.reasonOf(failure);
    String message = RedisFailures.plain(reason);
    if (!(reason instanceof RedisException) || !message.contains(REFUSAL)) {
      return failure;
    }
    String command = commandAt(script, message);
    return command == null
        ? failure
        : new RedisException(
            ("NOPERM the user of the connection may not run %s, or not with keys like those of this"
                    + " cache; grant the right to it")
                .formatted(command),
            reason);
  }

  private static @Nullable String commandAt(LuaScript script, String message) {
    Matcher line = LINE.matcher(message);
    if (!line.find()) {
      return null;
    }
    return script
        .text()
        .lines()
        .skip(Long.parseLong(line.group(1)) - 1)
        .findFirst()
        .map(CALL::matcher)
        .filter(Matcher::find)
        .map(call -> call.group(1))
        .orElse(null);
  }
}

package dev.corral.jcache.internal.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisStrictCommand;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;
import org.redisson.command.CommandAsyncExecutor;
import org.redisson.command.CommandBatchService;

/**
 * An MSET that a script has to let pass, but whose values no script has to touch: WATCH of what the
 * script looks at, the script, and the MSET in a transaction, all in one go. A script that refuses
 * changes what is watched, and so does everybody else who makes its answer untrue; then Redis drops
 * the transaction.
 *
 * <p>If Redis, or something before it, knew no WATCH or no MULTI, then the MSET would pass in any
 * case. So it is first found out that a transaction is dropped which has to be.
 *
 * @see <a href="https://redis.io/docs/latest/develop/using-commands/transactions/">Optimistic
 *     locking using check-and-set</a>
 */
final class GuardedMset {

  // In small letters, for Redisson has ideas of its own about MULTI and EXEC.
  private static final RedisCommand<Object> WATCH = new RedisStrictCommand<>("watch");
  private static final RedisCommand<Object> EVAL = new RedisStrictCommand<>("eval");
  private static final RedisCommand<Object> MULTI = new RedisStrictCommand<>("multi");
  private static final RedisCommand<Object> EXISTS = new RedisStrictCommand<>("exists");
  private static final RedisCommand<Object> MSET = new RedisStrictCommand<>("mset");
  private static final RedisCommand<List<Object>> EXEC =
      new RedisStrictCommand<>("exec", new ObjectListReplayDecoder<>());

  /** What no script takes for right. */
  private static final String WRONG = "";

  private enum Guard {
    UNKNOWN,
    ON_TRIAL,
    HOLDS,
    FAILS
  }

  private final CommandAsyncExecutor executor;
  private final AtomicReference<Guard> guard = new AtomicReference<>(Guard.UNKNOWN);

  GuardedMset(CommandAsyncExecutor executor) {
    this.executor = executor;
  }

  /**
   * Whether all was put, or nothing; empty if the guard is not known to hold, and nothing is done.
   *
   * @param check gives 1 to let it pass; else it has to write to a key of those it looks at
   * @param looked the keys of the script
   * @param argument its argument
   * @param names all of the slot of the keys; as bytes, for Redisson takes a buffer from a pool for
   *     each text
   * @param values in the order of the names
   */
  Optional<CompletableFuture<Boolean>> msetIf(
      LuaScript check,
      List<String> looked,
      Object argument,
      List<byte[]> names,
      List<byte[]> values) {
    if (guard.get() == Guard.HOLDS) {
      return Optional.of(
          send(check, looked, argument, MSET, inTurn(names, values))
              .whenComplete(
                  (done, failure) -> {
                    if (failure != null && !RedisFailures.isUnavailability(failure)) {
                      guard.set(Guard.FAILS);
                    }
                  }));
    }
    if (guard.compareAndSet(Guard.UNKNOWN, Guard.ON_TRIAL)) {
      var unused =
          send(check, looked, WRONG, EXISTS, looked.get(0))
              .whenComplete((passed, failure) -> guard.set(verdict(passed, failure)));
    }
    return Optional.empty();
  }

  private static Guard verdict(@Nullable Boolean passed, @Nullable Throwable failure) {
    if (failure != null && RedisFailures.isUnavailability(failure)) {
      return Guard.UNKNOWN;
    }
    return Boolean.FALSE.equals(passed) ? Guard.HOLDS : Guard.FAILS;
  }

  private static Object[] inTurn(List<byte[]> names, List<byte[]> values) {
    Object[] all = new Object[2 * names.size()];
    for (int i = 0; i < names.size(); i++) {
      all[2 * i] = names.get(i);
      all[2 * i + 1] = values.get(i);
    }
    return all;
  }

  private CompletableFuture<Boolean> send(
      LuaScript check,
      List<String> looked,
      Object argument,
      RedisCommand<Object> command,
      Object... parameters) {
    try {
      CommandBatchService batch =
          executor.createCommandBatchService(BatchOptions.defaults().retryAttempts(0));
      String node = looked.get(0);
      add(batch, node, WATCH, looked.toArray());
      add(batch, node, EVAL, call(check, looked, argument));
      add(batch, node, MULTI);
      add(batch, node, command, parameters);
      add(batch, node, EXEC);
      return batch
          .executeAsync()
          .toCompletableFuture()
          .thenApply(replies -> !((List<?>) last(replies.getResponses())).isEmpty());
    } catch (RedisException e) { // the first command of a client connects it
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Its reply comes with those of the others. */
  private static void add(
      CommandBatchService batch, String node, RedisCommand<?> command, Object... parameters) {
    var unused = batch.writeAsync(node, ByteArrayCodec.INSTANCE, command, parameters);
  }

  /** With its text, for it is short, and an unknown digest would be no refusal. */
  private static Object[] call(LuaScript check, List<String> looked, Object argument) {
    List<Object> call = new ArrayList<>();
    call.add(check.text());
    call.add(looked.size());
    call.addAll(looked);
    call.add(argument);
    return call.toArray();
  }

  private static Object last(List<?> replies) {
    return replies.get(replies.size() - 1);
  }
}

package dev.corral.jcache.internal.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.redisson.api.RScript.ReturnType;
import org.redisson.client.RedisNoScriptException;

/**
 * Sends commands again that Redis has refused, and therefore not executed: a script that the server
 * does not know yet, or a command on a slot that is moving from one node of a cluster to another.
 * While a slot moves, each node has a part of the keys, and refuses a command on several keys
 * unless it has all of them. Never waits. Safe for many threads.
 */
final class RefusedCommands {

  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final long LONGEST_PAUSE_MILLIS = 50;

  private final CommandTransport transport;
  private final Duration patience;

  /**
   * @param patience for how long a script is sent again that a moving slot refuses; zero for never
   */
  RefusedCommands(CommandTransport transport, Duration patience) {
    this.transport = transport;
    this.patience = patience;
  }

  /**
   * Sends a script again if Redis refused it.
   *
   * @param failure why the first call of the script failed
   * @param patiently whether to wait while its slot is moving
   */
  <R> CompletableFuture<R> sendAgain(
      Throwable failure,
      LuaScript script,
      ReturnType type,
      List<String> keys,
      Object[] args,
      boolean patiently) {
    CompletableFuture<R> sent = withText(failure, script, type, keys, args);
    if (!patiently) {
      return sent;
    }
    Supplier<CompletableFuture<R>> again =
        () ->
            transport
                .<R>evalSha(script.sha1(), type, keys, args)
                .exceptionallyCompose(next -> withText(next, script, type, keys, args));
    return awaitMove(sent, again, System.nanoTime() + patience.toNanos(), FIRST_PAUSE_MILLIS);
  }

  private <R> CompletableFuture<R> withText(
      Throwable failure, LuaScript script, ReturnType type, List<String> keys, Object... args) {
    CompletableFuture<R> sent =
        FailedCommand.reasonOf(failure) instanceof RedisNoScriptException
            ? transport.eval(script.text(), type, keys, args)
            : CompletableFuture.failedFuture(failure);
    return sent.exceptionallyCompose(
        reason -> CompletableFuture.failedFuture(MissingRight.named(script, reason)));
  }

  private static <R> CompletableFuture<R> awaitMove(
      CompletableFuture<R> sent,
      Supplier<CompletableFuture<R>> again,
      long deadline,
      long pauseMillis) {
    return sent.exceptionallyCompose(
        failure ->
            RedisFailures.isRedirection(failure) && isTimeLeft(deadline, pauseMillis)
                ? after(pauseMillis)
                    .thenCompose(
                        paused ->
                            awaitMove(
                                again.get(),
                                again,
                                deadline,
                                Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS)))
                : CompletableFuture.failedFuture(failure));
  }

  private static boolean isTimeLeft(long deadline, long pauseMillis) {
    return deadline - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(pauseMillis);
  }

  private static CompletableFuture<Void> after(long millis) {
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
  }

  /**
   * Reads the names again, the first one and then the others, by one command each, if their slot is
   * moving: commands on a single key are not refused.
   *
   * <p>If the first name is the generation of a bucket and the others are entries, the result is
   * one that the entries had at some moment between. If a clear came between, an entry of the
   * generation that was read has not changed since; an entry of the newer one was absent right
   * after the clear.
   */
  CompletableFuture<List<Object>> readAgain(Throwable failure, String... names) {
    if (names.length == 1 || !RedisFailures.isRedirection(failure)) {
      return CompletableFuture.failedFuture(failure);
    }
    return transport
        .mget(names[0])
        .thenCompose(
            first -> {
              List<CompletableFuture<List<Object>>> others = new ArrayList<>(names.length - 1);
              for (int i = 1; i < names.length; i++) {
                others.add(transport.mget(names[i]));
              }
              return CompletableFuture.allOf(others.toArray(CompletableFuture<?>[]::new))
                  .thenApply(done -> joined(first, others));
            });
  }

  private static List<Object> joined(
      List<Object> first, List<CompletableFuture<List<Object>>> others) {
    List<Object> all = new ArrayList<>(first);
    others.forEach(other -> all.addAll(other.join()));
    return all;
  }
}

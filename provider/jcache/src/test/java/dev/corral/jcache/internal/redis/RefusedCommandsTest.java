package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.redisson.api.RScript.ReturnType;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisTryAgainException;

class RefusedCommandsTest {

  private static final Duration PATIENCE = Duration.ofMillis(200);

  private static RedisException moving() {
    return new RedisTryAgainException("TRYAGAIN Multiple keys request during rehashing of slot");
  }

  /** Replies to each call of a script by its number, from 1 on. */
  private record Scripted(
      AtomicInteger calls, List<String> read, IntFunction<CompletableFuture<Object>> reply)
      implements CommandTransport {

    static Scripted replying(IntFunction<CompletableFuture<Object>> reply) {
      return new Scripted(new AtomicInteger(), new ArrayList<>(), reply);
    }

    @Override
    public boolean hasSlots() {
      return true;
    }

    @Override
    public int slotOf(String key) {
      return 0;
    }

    @Override
    public String masterOf(int slot) {
      return "";
    }

    @Override
    public CompletableFuture<List<Object>> mget(String... names) {
      read.addAll(List.of(names));
      return CompletableFuture.completedFuture(
          new ArrayList<>(List.of((Object) names[0].getBytes(UTF_8))));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R> CompletableFuture<R> evalSha(
        String sha1, ReturnType type, List<String> keys, Object... args) {
      return (CompletableFuture<R>) reply.apply(calls.incrementAndGet());
    }

    @Override
    public <R> CompletableFuture<R> eval(
        String text, ReturnType type, List<String> keys, Object... args) {
      return evalSha(text, type, keys, args);
    }
  }

  private static CompletableFuture<Object> sendAgain(Scripted transport, Throwable failure) {
    return new RefusedCommands(transport, PATIENCE)
        .sendAgain(failure, LuaScript.CLOCK, ReturnType.LONG, List.of("k"), new Object[0], true);
  }

  @Test
  void sendAgain_slotMovesForAWhile_repliesAfterwards() {
    Scripted transport =
        Scripted.replying(
            call ->
                call < 3
                    ? CompletableFuture.failedFuture(moving())
                    : CompletableFuture.completedFuture("done"));
    assertThat(sendAgain(transport, moving()).join()).isEqualTo("done");
    assertThat(transport.calls()).hasValue(3);
  }

  @Test
  void sendAgain_slotMovesForLong_failsInTime() throws Exception {
    Scripted transport = Scripted.replying(call -> CompletableFuture.failedFuture(moving()));
    long start = System.nanoTime();
    assertThat(sendAgain(transport, moving()))
        .failsWithin(PATIENCE.multipliedBy(10))
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCauseInstanceOf(RedisTryAgainException.class);
    assertThat(System.nanoTime() - start)
        .isGreaterThan(PATIENCE.toNanos() - TimeUnit.MILLISECONDS.toNanos(60));
    assertThat(transport.calls().get()).isBetween(3, 30);
  }

  @Test
  void sendAgain_replyMayBeLost_sendsNothing() {
    Scripted transport = Scripted.replying(call -> CompletableFuture.completedFuture("done"));
    assertThat(sendAgain(transport, new RedisTimeoutException("no reply")))
        .isCompletedExceptionally();
    assertThat(transport.calls()).hasValue(0);
  }

  @Test
  void sendAgain_unknownScript_sendsItsTextOnce() {
    Scripted transport =
        Scripted.replying(
            call -> CompletableFuture.failedFuture(new RedisTimeoutException("lost")));
    assertThat(sendAgain(transport, new RedisNoScriptException("NOSCRIPT")))
        .isCompletedExceptionally();
    assertThat(transport.calls()).hasValue(1);
  }

  @Test
  void readAgain_slotIsMoving_readsTheFirstNameBeforeTheOthers() {
    Scripted transport = Scripted.replying(call -> CompletableFuture.failedFuture(moving()));
    List<Object> read =
        new RefusedCommands(transport, PATIENCE).readAgain(moving(), "a", "b", "c").join();
    assertThat(read)
        .extracting(it -> new String((byte[]) it, UTF_8))
        .containsExactly("a", "b", "c");
    assertThat(transport.read()).containsExactly("a", "b", "c");
  }
}

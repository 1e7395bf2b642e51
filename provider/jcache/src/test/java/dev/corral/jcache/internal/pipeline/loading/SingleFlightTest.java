package dev.corral.jcache.internal.pipeline.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.Test;

/** Which thread may wait for the load of which other thread, and what it gets. */
class SingleFlightTest {

  private static final Duration SHORT = Duration.ofMillis(1);

  private final SingleFlight<String, String> flights = new SingleFlight<>("countries");

  @Test
  void await_ownLoad_isRefused() {
    InFlightLoad<String> own = begin("CH");

    assertThatThrownBy(() -> flights.await(own, SHORT)).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void await_loadThatWasHandedOverAndHasNotBegun_waits() {
    InFlightLoad<String> own = begin("CH");
    own.handOver();

    assertThatThrownBy(() -> flights.await(own, SHORT)).isInstanceOf(TimeoutException.class);
  }

  @Test
  void await_ownerWaitsForALoadOfThisThread_isRefused() throws Exception {
    InFlightLoad<String> own = begin("CH");
    CompletableFuture<InFlightLoad<String>> begun = new CompletableFuture<>();
    CompletableFuture<String> other =
        CompletableFuture.supplyAsync(
            () -> {
              InFlightLoad<String> load = begin("BR");
              begun.complete(load);
              return await(own);
            });
    InFlightLoad<String> load = begun.get(10, TimeUnit.SECONDS);
    Thread.sleep(100); // until the other thread waits

    assertThatThrownBy(() -> flights.await(load, null))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("circular load");
    own.complete("Switzerland");
    assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo("Switzerland");
  }

  @Test
  void await_loadFailedWithAnError_wrapsIt() {
    InFlightLoad<String> own = begin("CH");
    Error error = new AssertionError("broken loader");
    own.fail(error);

    assertThatThrownBy(() -> flights.await(own, SHORT))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("countries")
        .hasCause(error);
  }

  /** A thread that was waiting must not find the finished load again. */
  @Test
  void run_abandonedLoad_isRemovedBeforeItIsCompleted() throws Exception {
    InFlightLoad<String> own = begin("CH");
    CompletableFuture<InFlightLoad<String>> next = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> {
              var unused = await(own);
              next.complete(flights.putIfAbsent("CH", new InFlightLoad<>()));
            });
    waiting.start();

    String value =
        flights.run(
            "CH",
            own,
            () -> {
              own.abandon();
              return "older";
            });

    assertThat(value).isEqualTo("older");
    assertThat(next.get(10, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void putIfAbsent_loadInFlight_returnsIt() {
    InFlightLoad<String> first = begin("CH");

    assertThat(flights.putIfAbsent("CH", new InFlightLoad<>())).isSameAs(first);
  }

  @Test
  void putIfAbsent_afterForget_registersANewLoadThatTheOldOneDoesNotRemove() {
    InFlightLoad<String> old = begin("CH");
    flights.forget("CH");
    InFlightLoad<String> current = begin("CH");

    flights.run("CH", old, () -> "old");

    assertThat(flights.putIfAbsent("CH", new InFlightLoad<>())).isSameAs(current);
  }

  @Test
  void run_workFails_failsTheWaitingThreadsAndEndsTheLoad() throws Exception {
    InFlightLoad<String> own = begin("CH");
    CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> await(own));
    RuntimeException failure = new IllegalStateException("no database");

    assertThatThrownBy(
            () ->
                flights.run(
                    "CH",
                    own,
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);

    assertThatThrownBy(() -> other.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCause(failure);
    assertThat(flights.putIfAbsent("CH", new InFlightLoad<>())).isNull();
  }

  private InFlightLoad<String> begin(String key) {
    InFlightLoad<String> load = new InFlightLoad<>();
    assertThat(flights.putIfAbsent(key, load)).isNull();
    return load;
  }

  private String await(InFlightLoad<String> load) {
    try {
      return String.valueOf(flights.await(load, null));
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.spring.boot.Library.Book;
import dev.corral.spring.boot.Library.BurntException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cached methods of two applications with one Redis. */
final class CachedMethodsIT {

  private static final int CALLERS = 20;

  private static OwnRedis redis;

  @BeforeAll
  static void startRedis() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  /** Calls the method by many threads in two applications; returns the number of executions. */
  private static int executions(String prefix, Function<Library, Book> method) {
    List<Integer> executions = new ArrayList<>();
    String[] properties = {redis.property(), "corral.redis.key-prefix=" + prefix};
    Applications.of(Library.Beans.class, properties)
        .run(
            first ->
                Applications.of(Library.Beans.class, properties)
                    .run(
                        second -> {
                          Library one = first.getBean(Library.class);
                          Library two = second.getBean(Library.class);
                          assertThat(concurrently(() -> method.apply(one), () -> method.apply(two)))
                              .hasSize(2 * CALLERS)
                              .containsOnly(new Book("Emma", 1));
                          executions.add(one.executions() + two.executions());
                        }));
    return executions.get(0);
  }

  @SafeVarargs
  private static <T> List<T> concurrently(Callable<T>... calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(calls.length * CALLERS);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        for (Callable<T> call : calls) {
          futures.add(threads.submit(call));
        }
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void cacheable_byManyCallersInTwoApplications_runsOnce() {
    assertThat(executions("plain:", it -> Objects.requireNonNull(it.plain("Emma")))).isEqualTo(1);
  }

  @Test
  void synchronizedCacheable_byManyCallersInTwoApplications_runsOnce() {
    assertThat(executions("sync:", it -> it.sync("Emma"))).isEqualTo(1);
  }

  @Test
  void future_byManyCallersInTwoApplications_runsOnce() {
    assertThat(executions("future:", it -> it.future("Emma").join())).isEqualTo(1);
  }

  @Test
  void cacheable_withoutSingleFlight_mayRunOftenAndIsCached() {
    Applications.of(Library.Beans.class, redis.property(), "corral.spring.single-flight=false")
        .run(
            context -> {
              Library library = context.getBean(Library.class);
              Book cached = library.unless("Persuasion");
              assertThat(library.unless("Persuasion")).isEqualTo(cached);
              assertThat(library.executions()).isEqualTo(1);

              assertThat(concurrently(() -> library.plain("Persuasion"))).hasSize(CALLERS);
              assertThat(library.executions()).isGreaterThan(2);
            });
  }

  @Test
  void future_ofNull_isCached() {
    Applications.of(Library.Beans.class, redis.property(), "corral.redis.key-prefix=null:")
        .run(
            context -> {
              Library library = context.getBean(Library.class);

              assertThat(library.future("none").join()).isNull();
              assertThat(library.future("none").join()).isNull();
            });
  }

  @Test
  void method_thatFails_throwsItsOwnException() {
    Applications.of(Library.Beans.class, redis.property())
        .run(
            context -> {
              Library library = context.getBean(Library.class);

              assertThatThrownBy(() -> library.burnt("Emma")).isInstanceOf(BurntException.class);
              assertThatThrownBy(() -> library.burnt("Emma")).isInstanceOf(BurntException.class);
              assertThat(library.executions()).isEqualTo(2);
            });
  }

  @Test
  void future_thatFails_hasItsOwnException() {
    Applications.of(Library.Beans.class, redis.property())
        .run(
            context -> {
              Library library = context.getBean(Library.class);

              assertThatThrownBy(() -> library.burntFuture("Emma").get())
                  .isInstanceOf(ExecutionException.class)
                  .cause()
                  .isInstanceOf(BurntException.class);
            });
  }
}

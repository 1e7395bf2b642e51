package dev.corral.jcache.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.parity.Case.Prior;
import dev.corral.jcache.parity.Case.Trouble;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.junit.jupiter.api.Test;

/**
 * Compares the asynchronous methods with the synchronous ones, in the cases of {@link
 * ReferenceParityTest}: results and exceptions, events, counters, calls of user code, and the
 * entries afterwards.
 */
class AsyncParityTest {

  private final Set<String> called = new HashSet<>();

  @Test
  void everyOperation_inEveryState_behavesAsTheSynchronousOne() throws Exception {
    List<String> unexpected = new ArrayList<>();
    int cases = 0;
    try (var corral = new CorralCachingProvider();
        var outside = new CorralCachingProvider()) {
      CacheManager manager = corral.getCacheManager(URI.create("embedded:/"), null);
      CacheManager other = outside.getCacheManager(URI.create("embedded:/?pool-size=3"), null);
      for (Setup setup :
          List.of(
              new Setup(Lifetimes.ETERNAL, /* readThrough= */ false, /* writeThrough= */ false),
              new Setup(Lifetimes.USER, /* readThrough= */ true, /* writeThrough= */ true))) {
        List<List<Case>> groups = new ArrayList<>(List.of(cases(setup, Operation.all())));
        cases(setup, Operation.ofWholeCache()).stream()
            .filter(it -> it.prior() == Prior.LIVE && it.trouble() == Trouble.NONE)
            .filter(it -> !it.operation().name().contains("iterate"))
            .forEach(one -> groups.add(List.of(one)));
        for (List<Case> group : groups) {
          String name = "parity-" + setup.lifetimes() + cases;
          cases += group.size();
          UnaryOperator<Cache<String, String>> same = UnaryOperator.identity();
          List<Observation> expected = observe(manager, other, "sync-" + name, group, same);
          List<Observation> actual = observe(manager, other, "async-" + name, group, this::async);
          for (int i = 0; i < group.size(); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
              unexpected.add(
                  "%n%s%n  synchronous  %s%n  asynchronous %s"
                      .formatted(group.get(i), expected.get(i), actual.get(i)));
            }
          }
        }
      }
    }
    assertThat(unexpected).isEmpty();
    assertThat(cases).isGreaterThan(350);
    assertThat(called)
        .as("asynchronous methods that the cases call")
        .containsExactlyInAnyOrder(
            "getAsync",
            "getAllAsync",
            "containsKeyAsync",
            "putAsync",
            "putAllAsync",
            "getAndPutAsync",
            "putIfAbsentAsync",
            "replaceAsync",
            "getAndReplaceAsync",
            "removeAsync",
            "getAndRemoveAsync",
            "removeAllAsync",
            "clearAsync",
            "invokeAsync",
            "invokeAllAsync");
  }

  private static List<Observation> observe(
      CacheManager manager,
      CacheManager other,
      String name,
      List<Case> cases,
      UnaryOperator<Cache<String, String>> view)
      throws InterruptedException {
    Setup setup = cases.get(0).setup();
    try (Side side = Side.corral(manager, other, name, setup, view)) {
      return ParityRun.observe(side, cases);
    }
  }

  private static List<Case> cases(Setup setup, List<Operation> operations) {
    List<Case> all = new ArrayList<>();
    List<Trouble> troubles =
        setup.readThrough() ? List.of(Trouble.NONE, Trouble.FAILS) : List.of(Trouble.NONE);
    for (Trouble trouble : troubles) {
      for (Prior prior : Prior.values()) {
        for (Operation operation : operations) {
          all.add(new Case(setup, operation, prior, trouble, all.size()));
        }
      }
    }
    return all;
  }

  /** The cache, by its asynchronous methods where it has them. */
  @SuppressWarnings("unchecked")
  private Cache<String, String> async(Cache<String, String> cache) {
    return (Cache<String, String>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Cache.class},
            (proxy, method, arguments) -> {
              try {
                return call(cache, method, arguments);
              } catch (InvocationTargetException | ExecutionException e) {
                throw e.getCause();
              }
            });
  }

  private Object call(Cache<String, String> cache, Method method, Object... arguments)
      throws ReflectiveOperationException, ExecutionException, InterruptedException {
    Method async;
    try {
      async = CorralCache.class.getMethod(method.getName() + "Async", method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      return method.invoke(cache, arguments);
    }
    called.add(async.getName());
    return ((CompletableFuture<?>) async.invoke(cache, arguments)).get();
  }
}

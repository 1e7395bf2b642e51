package dev.corral.jcache.parity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.cache.expiry.Duration;

/** Runs the cases of one setup with one provider. */
final class ParityRun {

  private ParityRun() {}

  static List<Observation> observe(Side side, List<Case> cases) throws InterruptedException {
    Set<String> live = new LinkedHashSet<>();
    Set<String> expiring = new LinkedHashSet<>();
    for (Case one : cases) {
      switch (one.prior()) {
        case LIVE -> live.addAll(one.preparedKeys());
        case EXPIRED -> expiring.addAll(one.preparedKeys());
        case ABSENT -> {}
      }
    }
    side.prepare(live, expiring);
    TimeUnit.MILLISECONDS.sleep(2 * Side.SHORT.getDurationAmount());
    List<Observation> observations = new ArrayList<>();
    for (Case one : cases) {
      observations.add(observe(side, one));
    }
    return observations;
  }

  private static Observation observe(Side side, Case one) {
    List<String> keys = one.keys();
    Map<String, Long> before = side.counters();
    side.journal.start();
    String result = describe(() -> one.operation().call().on(side.cache, keys));
    side.journal.stop();
    Map<String, Long> difference = new TreeMap<>();
    side.counters().forEach((name, count) -> difference.put(name, count - before.get(name)));
    List<String> policyCalls =
        one.setup().lifetimes().constant() == null ? side.journal.policyCalls() : List.of();
    if (keys.size() > 1) {
      policyCalls = policyCalls.stream().sorted().toList();
    }
    boolean bornExpired = Duration.ZERO.equals(one.setup().lifetimes().creation());
    List<String> events = side.journal.events(keys, bornExpired);
    List<String> calls = side.journal.calls();
    List<String> after = keys.stream().map(key -> String.valueOf(side.peek(key))).toList();
    return new Observation(result, events, calls, policyCalls, difference, after);
  }

  /** The result of a call: its return value, or the types of its exception and of the causes. */
  static String describe(Callable<?> call) {
    try {
      return Objects.toString(call.call());
    } catch (Exception e) {
      StringBuilder types = new StringBuilder("throws");
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        types.append(' ').append(cause.getClass().getSimpleName());
      }
      return types.toString();
    }
  }
}

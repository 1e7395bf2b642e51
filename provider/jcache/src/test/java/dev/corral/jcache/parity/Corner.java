package dev.corral.jcache.parity;

import dev.corral.jcache.parity.Case.Prior;
import dev.corral.jcache.parity.Case.Trouble;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.cache.expiry.Duration;

/**
 * Where the specification leaves a choice, or the reference implementation errs, and Corral decides
 * otherwise. docs/conformance.md tells users the same.
 *
 * <p>One more is not here, because it is a matter of time: when an entry that was in the cache is
 * told to have EXPIRED. {@link ParityRun} leaves such events out.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
enum Corner {
  /** What is not there cannot be removed; the reference tells REMOVED and counts it. */
  PROCESSOR_REMOVES_WHAT_IS_NOT_THERE(
      it -> it.operation().name().matches("invoke: (get, )?remove(, get)?") && !isLive(it),
      it -> it.withoutEvents().withoutCounters()),

  /** It did not find an entry, so it is a miss; the reference counts a hit. */
  PUT_IF_ABSENT_OF_WHAT_IS_BORN_EXPIRED(
      it -> it.operation().name().equals("putIfAbsent") && isBornExpired(it) && !isLive(it),
      Observation::withoutCounters),

  /** A loaded value is told to have expired as a value that was put is; the reference is silent. */
  LOADED_VALUE_IS_BORN_EXPIRED(
      it ->
          it.operation().name().matches("get|getAll")
              && isBornExpired(it)
              && it.setup().readThrough(),
      Observation::withoutEvents),

  /** The loader is called once for all that is missing; the reference calls it key by key. */
  GET_ALL_LOADS_AT_ONCE(
      it -> it.operation().name().equals("getAll") && it.setup().readThrough(),
      Observation::withoutCalls),

  /** Both iterate in no order. */
  ORDER_OF_ITERATION(
      it -> it.operation().name().equals("iterate and remove"), Observation::withoutCalls),

  /** What has expired is not there; the reference asks the writer to delete it. */
  REMOVE_ALL_THERE_IS_AFTER_IT_EXPIRED(
      it -> it.operation().name().equals("removeAll of all") && it.prior() == Prior.EXPIRED,
      it ->
          new Observation("", it.events(), List.of(), it.questions(), it.counters(), it.after())
              .withoutCounters()),

  /** An expired entry is not there to be removed; the reference counts it. */
  REMOVE_ALL_OF_WHAT_HAS_EXPIRED(
      it -> it.operation().name().equals("removeAll") && it.prior() == Prior.EXPIRED,
      Observation::withoutCounters),

  /** To the cache the old value became the loaded one; the reference tells CREATED, or loses it. */
  PROCESSOR_REMOVES_AND_LOADS(
      it ->
          it.operation().name().equals("invoke: remove, get")
              && isLive(it)
              && it.setup().readThrough(),
      it ->
          new Observation(it.result(), List.of(), it.calls(), List.of(), it.counters(), List.of())),

  /**
   * The policy is asked about what is committed; the reference asks it before it calls the writer.
   */
  POLICY_IS_NOT_ASKED_IF_THE_WRITER_FAILS(
      it -> it.operation().name().equals("put") && it.trouble() == Trouble.FAILS,
      Observation::withoutQuestions),

  /** An operation that failed counts nothing; the reference counts the lookup within it. */
  FAILED_OPERATION_COUNTS_NOTHING(
      it -> true, it -> it.result().contains("throws") ? it.withoutCounters() : it);

  private final Predicate<Case> where;
  private final UnaryOperator<Observation> without;

  Corner(Predicate<Case> where, UnaryOperator<Observation> without) {
    this.where = where;
    this.without = without;
  }

  boolean covers(Case one) {
    return where.test(one);
  }

  /** What is observed, without what may differ. */
  Observation forget(Observation observation) {
    return without.apply(observation);
  }

  private static boolean isLive(Case one) {
    return one.prior() == Prior.LIVE;
  }

  private static boolean isBornExpired(Case one) {
    return Duration.ZERO.equals(one.setup().lifetimes().creation());
  }
}

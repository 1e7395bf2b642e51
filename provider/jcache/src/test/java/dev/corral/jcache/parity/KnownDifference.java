package dev.corral.jcache.parity;

import dev.corral.jcache.parity.Case.Prior;
import dev.corral.jcache.parity.Case.Trouble;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.cache.expiry.Duration;

/**
 * The differences between Corral and the reference implementation, where the specification leaves a
 * choice or the reference implementation has a defect. {@code docs/conformance.md} lists the same
 * for users.
 *
 * <p>One difference is missing here, because it depends on time: when the EXPIRED event of an entry
 * is published that was in the cache. {@link ParityRun} ignores these events.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
enum KnownDifference {
  /** An absent entry is not removed; the reference publishes REMOVED and counts a removal. */
  PROCESSOR_REMOVES_AN_ABSENT_ENTRY(
      it -> it.operation().name().matches("invoke: (get, )?remove(, get)?") && !isLive(it),
      it -> it.withoutEvents().withoutCounters()),

  /** There was no entry, so Corral counts a miss; the reference counts a hit. */
  PUT_IF_ABSENT_WITH_ZERO_CREATION_EXPIRY(
      it -> it.operation().name().equals("putIfAbsent") && isBornExpired(it) && !isLive(it),
      Observation::withoutCounters),

  /** Corral publishes EXPIRED as for a put; the reference publishes nothing. */
  LOADED_VALUE_WITH_ZERO_CREATION_EXPIRY(
      it ->
          it.operation().name().matches("get|getAll")
              && isBornExpired(it)
              && it.setup().readThrough(),
      Observation::withoutEvents),

  /** Corral calls the loader once for all missing keys; the reference calls it key by key. */
  GET_ALL_CALLS_LOAD_ALL(
      it -> it.operation().name().equals("getAll") && it.setup().readThrough(),
      Observation::withoutCalls),

  /** Neither iterates in a defined order. */
  ORDER_OF_ITERATION(
      it -> it.operation().name().equals("iterate and remove"), Observation::withoutCalls),

  /** Expired entries are absent; the reference calls the writer to delete them. */
  REMOVE_ALL_ENTRIES_AFTER_THEY_EXPIRED(
      it -> it.operation().name().equals("removeAll of all") && it.prior() == Prior.EXPIRED,
      it ->
          new Observation("", it.events(), List.of(), it.policyCalls(), it.counters(), it.after())
              .withoutCounters()),

  /** An expired entry is absent; the reference counts its removal. */
  REMOVE_ALL_KEYS_OF_EXPIRED_ENTRIES(
      it -> it.operation().name().equals("removeAll") && it.prior() == Prior.EXPIRED,
      Observation::withoutCounters),

  /**
   * Corral publishes UPDATED from the old value to the loaded one; the reference publishes CREATED,
   * or loses the loaded value.
   */
  PROCESSOR_REMOVES_AND_LOADS(
      it ->
          it.operation().name().equals("invoke: remove, get")
              && isLive(it)
              && it.setup().readThrough(),
      it ->
          new Observation(it.result(), List.of(), it.calls(), List.of(), it.counters(), List.of())),

  /** Corral calls the policy for the commit; the reference calls it before it calls the writer. */
  POLICY_IS_NOT_CALLED_IF_THE_WRITER_FAILS(
      it -> it.operation().name().equals("put") && it.trouble() == Trouble.FAILS,
      Observation::withoutPolicyCalls),

  /** A failed operation counts nothing; the reference counts its lookup. */
  FAILED_OPERATION_COUNTS_NOTHING(
      it -> true, it -> it.result().contains("throws") ? it.withoutCounters() : it);

  private final Predicate<Case> where;
  private final UnaryOperator<Observation> without;

  KnownDifference(Predicate<Case> where, UnaryOperator<Observation> without) {
    this.where = where;
    this.without = without;
  }

  boolean covers(Case one) {
    return where.test(one);
  }

  /** The observation without the parts that may differ. */
  Observation ignore(Observation observation) {
    return without.apply(observation);
  }

  private static boolean isLive(Case one) {
    return one.prior() == Prior.LIVE;
  }

  private static boolean isBornExpired(Case one) {
    return Duration.ZERO.equals(one.setup().lifetimes().creation());
  }
}

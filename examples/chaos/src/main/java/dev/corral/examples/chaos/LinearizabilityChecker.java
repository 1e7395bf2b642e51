package dev.corral.examples.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the history of one key is linearizable: that each operation took effect at one moment
 * between its call and its return.
 *
 * <p>The search is that of J. M. Wing and C. Gong, <i>Testing and Verifying Concurrent Objects</i>,
 * Journal of Parallel and Distributed Computing 17 (1993), in the form of G. Lowe, <i>Testing for
 * Linearizability</i>, Concurrency and Computation: Practice and Experience 29 (2017): it goes
 * through the calls and returns in the order of time, remembers every configuration that is
 * possible so far, and orders an operation only when a return needs it ("just-in-time
 * linearization" with memoization).
 *
 * <p>An operation without a result may have had its effect at any time after its call, or never. Of
 * two configurations that differ only in such operations, the one that needs fewer of them can do
 * whatever the other can, so the other is dropped. This keeps histories with many failures cheap.
 *
 * <p>Redis replicates asynchronously, so a failover may take an entry back to any earlier state.
 * Such a loss is accepted in the windows of failovers only, and counted.
 */
final class LinearizabilityChecker {

  /** The number of configurations of a key after which the search ends undecided. */
  private static final int BUDGET = 3_000_000;

  private static final int EVIDENCE = 14;

  private final List<Operation> operations;
  private final List<Window> failovers;
  private final List<@Nullable Operation> pending = new ArrayList<>();
  private final BitSet optional = new BitSet();
  private Set<Configuration> possible;
  private int explored;

  /**
   * Prepares a check.
   *
   * @param operations all operations on one key, in any order
   * @param initial the state before the first of them
   * @param failovers the windows of failovers of Redis, in the order of time
   */
  LinearizabilityChecker(List<Operation> operations, Register initial, List<Window> failovers) {
    this.operations = operations.stream().filter(it -> isRelevant(it)).toList();
    this.failovers = failovers;
    this.possible = Set.of(new Configuration(initial, new BitSet(), new BitSet()));
  }

  /**
   * The result of a check.
   *
   * @param violation null if the history is linearizable, or the search ended undecided
   * @param undecided whether the search was too large
   * @param losses the number of failovers after which the key had an older state
   */
  record Verdict(@Nullable Violation violation, boolean undecided, int losses) {}

  /**
   * A state that is possible after a part of the history.
   *
   * @param done the slots of the pending operations that have had their effect and will return
   * @param used the slots of the operations without a result that have had their effect
   */
  private record Configuration(Register register, BitSet done, BitSet used) {

    boolean has(int slot) {
      return done.get(slot) || used.get(slot);
    }

    Configuration with(Register next, int slot, boolean isOptional) {
      return new Configuration(
          next, isOptional ? done : plus(done, slot), isOptional ? plus(used, slot) : used);
    }

    Configuration without(int slot) {
      BitSet rest = (BitSet) done.clone();
      rest.clear(slot);
      return new Configuration(register, rest, used);
    }

    private static BitSet plus(BitSet set, int slot) {
      BitSet more = (BitSet) set.clone();
      more.set(slot);
      return more;
    }

    /** What two configurations must have in common to be comparable. */
    List<Object> frame() {
      return List.of(register, done);
    }
  }

  /** The call or the return of an operation. */
  private record Event(long time, boolean isReturn, Operation operation) {}

  private static boolean isRelevant(Operation operation) {
    return operation.returned() || operation.call().kind().mayChange();
  }

  /** Checks the history; to be called once. */
  Verdict check() {
    Set<Window> lossy = new HashSet<>();
    Set<Window> over = new HashSet<>();
    for (Event event : events()) {
      Operation operation = event.operation();
      if (!event.isReturn()) {
        begin(operation);
        continue;
      }
      int slot = pending.indexOf(operation);
      Set<Configuration> next = afterReturn(slot);
      if (explored > BUDGET) {
        return new Verdict(null, true, lossy.size());
      }
      if (next.isEmpty()) {
        Optional<Window> failover = explanation(event.time(), over);
        if (failover.isEmpty()) {
          return new Verdict(violation(operation), false, lossy.size());
        }
        lossy.add(failover.get());
        next = afterLoss(slot, operation.start() > failover.get().to());
      }
      possible = next;
      pending.set(slot, null);
      failovers.stream().filter(it -> operation.start() > it.to()).forEach(over::add);
    }
    return new Verdict(null, false, lossy.size());
  }

  private List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (Operation operation : operations) {
      events.add(new Event(operation.start(), false, operation));
      if (operation.returned()) {
        events.add(new Event(operation.end(), true, operation));
      }
    }
    events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::isReturn));
    return events;
  }

  private void begin(Operation operation) {
    int slot = pending.indexOf(null);
    if (slot < 0) {
      slot = pending.size();
      pending.add(operation);
    } else {
      pending.set(slot, operation);
    }
    optional.set(slot, !operation.returned());
    possible = reduced(possible.stream().map(this::withReads).toList());
  }

  /** All configurations in which the operation of this slot has had its effect, without it. */
  private Set<Configuration> afterReturn(int slot) {
    List<Configuration> reached = new ArrayList<>();
    Map<List<Object>, List<BitSet>> seen = new HashMap<>();
    Deque<Configuration> open = new ArrayDeque<>();
    possible.stream()
        .sorted(Comparator.comparingInt(it -> it.used().cardinality()))
        .forEach(open::add);
    while (!open.isEmpty() && explored <= BUDGET) {
      Configuration configuration = open.remove();
      if (!isNew(configuration, seen)) {
        continue;
      }
      explored++;
      if (configuration.has(slot)) {
        reached.add(configuration.without(slot));
        continue;
      }
      for (int i = 0; i < pending.size(); i++) {
        Operation operation = pending.get(i);
        if (operation != null && !configuration.has(i)) {
          step(configuration, operation, i).ifPresent(open::add);
        }
      }
    }
    return reduced(reached);
  }

  private Optional<Configuration> step(Configuration from, Operation operation, int slot) {
    boolean isOptional = optional.get(slot);
    Optional<Register> next =
        isOptional ? from.register().afterEffect(operation) : from.register().after(operation);
    return next.map(it -> withReads(from.with(it, slot, isOptional)));
  }

  /** Lets the pending operations take effect that change nothing here: earlier is never worse. */
  private Configuration withReads(Configuration from) {
    Configuration result = from;
    for (int i = 0; from.register().known() && i < pending.size(); i++) {
      Operation operation = pending.get(i);
      if (operation != null && !optional.get(i) && !result.has(i) && !isChange(operation)) {
        Optional<Register> next = from.register().after(operation);
        if (next.isPresent()) {
          result = result.with(next.get(), i, false);
        }
      }
    }
    return result;
  }

  private static boolean isChange(Operation operation) {
    return switch (operation.call().kind()) {
      case GET, CONTAINS -> false;
      case PUT, GET_AND_PUT, INVOKE, CHANGE_ROW -> true;
      case GET_AND_REMOVE -> operation.reply().value() != null;
      case PUT_IF_ABSENT, REPLACE, REMOVE, REMOVE_IF -> "true".equals(operation.reply().value());
    };
  }

  /** Whether no configuration of the same frame needs only a part of its optional operations. */
  private static boolean isNew(Configuration configuration, Map<List<Object>, List<BitSet>> seen) {
    List<BitSet> others = seen.computeIfAbsent(configuration.frame(), it -> new ArrayList<>());
    for (BitSet other : others) {
      BitSet extra = (BitSet) other.clone();
      extra.andNot(configuration.used());
      if (extra.isEmpty()) {
        return false;
      }
    }
    others.add(configuration.used());
    return true;
  }

  private static Set<Configuration> reduced(List<Configuration> all) {
    Map<List<Object>, List<BitSet>> seen = new HashMap<>();
    Set<Configuration> reduced = new HashSet<>();
    all.stream()
        .sorted(Comparator.comparingInt(it -> it.used().cardinality()))
        .filter(it -> isNew(it, seen))
        .forEach(reduced::add);
    return reduced;
  }

  /**
   * The failover that may have lost what the history needs: one that goes on, or that no complete
   * operation has followed.
   */
  private Optional<Window> explanation(long time, Set<Window> over) {
    return failovers.stream()
        .filter(it -> it.from() <= time && (time <= it.to() || !over.contains(it)))
        .reduce((earlier, later) -> later);
  }

  /**
   * Any value, and any of the pending operations done.
   *
   * @param isAfter whether the returned operation began after the failover, so that its result
   *     shows the value
   */
  private Set<Configuration> afterLoss(int slot, boolean isAfter) {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < pending.size(); i++) {
      if (i != slot && pending.get(i) != null && !optional.get(i)) {
        others.add(i);
      }
    }
    Operation operation = pending.get(slot);
    Register register =
        isAfter && operation != null ? Register.ANY.after(operation).orElseThrow() : Register.ANY;
    List<Configuration> all = new ArrayList<>();
    for (long subset = 0; subset < 1L << others.size(); subset++) {
      BitSet done = new BitSet();
      for (int i = 0; i < others.size(); i++) {
        if (((subset >> i) & 1) != 0) {
          done.set(others.get(i));
        }
      }
      all.add(new Configuration(register, done, new BitSet()));
    }
    return reduced(all);
  }

  private Violation violation(Operation stuck) {
    List<String> evidence = new ArrayList<>();
    evidence.add("No order of the operations until this return explains its result:");
    evidence.add("  " + stuck);
    evidence.add("Possible before: " + possible.stream().map(it -> it.register()).toList());
    evidence.add("Without a return, or not yet returned:");
    pending.stream().filter(it -> it != null).forEach(it -> evidence.add("  " + it));
    evidence.add("Returned before:");
    operations.stream()
        .filter(it -> it.returned() && it.end() < stuck.end())
        .sorted(Comparator.comparingLong(Operation::end).reversed())
        .limit(EVIDENCE)
        .forEach(it -> evidence.add("  " + it));
    String where = stuck.call().cache() + "/" + stuck.call().key();
    String what = "the history is not linearizable from %s on".formatted(stuck);
    return new Violation(Violation.Kind.NOT_LINEARIZABLE, where, what, evidence);
  }
}

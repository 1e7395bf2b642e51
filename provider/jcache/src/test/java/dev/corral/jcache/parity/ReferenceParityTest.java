package dev.corral.jcache.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.parity.Case.Prior;
import dev.corral.jcache.parity.Case.Trouble;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.cache.CacheManager;
import org.jsr107.ri.spi.RICachingProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares Corral on the embedded server with the reference implementation, in thousands of cases:
 * results and exceptions, events, counters, calls of user code, and the entries afterwards.
 */
@Tag("baseline-jdk")
class ReferenceParityTest {

  private int number;

  private final List<String> unexpected = new ArrayList<>();
  private final Set<KnownDifference> found = EnumSet.noneOf(KnownDifference.class);
  private int cases;
  private int caches;

  @Test
  void everyOperation_inEveryState_behavesAsInTheReferenceImplementation() throws Exception {
    try (var corral = new CorralCachingProvider();
        var outside = new CorralCachingProvider();
        var reference = new RICachingProvider()) {
      var managers =
          new Managers(
              reference.getCacheManager(),
              corral.getCacheManager(URI.create("embedded:/"), null),
              outside.getCacheManager(URI.create("embedded:/?pool-size=3"), null));
      for (Setup setup : setups()) {
        run(managers, setup, cases(setup, Operation.all()));
        for (Case one : casesOfWholeCaches(setup)) {
          run(managers, setup, List.of(one));
        }
      }
    }
    assertThat(unexpected).isEmpty();
    assertThat(cases).isGreaterThan(9_000);
    assertThat(found)
        .as("known differences that still exist")
        .containsExactly(KnownDifference.values());
  }

  /**
   * The managers of one run.
   *
   * @param outside a second manager of Corral, which prepares and observes entries
   */
  private record Managers(CacheManager reference, CacheManager corral, CacheManager outside) {}

  private void run(Managers managers, Setup setup, List<Case> all) throws InterruptedException {
    caches++;
    cases += all.size();
    try (Side theirs = Side.reference(managers.reference(), "reference-" + caches, setup);
        Side ours = Side.corral(managers.corral(), managers.outside(), "corral-" + caches, setup)) {
      List<Observation> expected = ParityRun.observe(theirs, all);
      List<Observation> actual = ParityRun.observe(ours, all);
      for (int i = 0; i < all.size(); i++) {
        compare(all.get(i), expected.get(i), actual.get(i));
      }
    }
  }

  private void compare(Case one, Observation reference, Observation corral) {
    Observation theirs = reference;
    Observation ours = corral;
    for (KnownDifference difference : KnownDifference.values()) {
      if (!theirs.equals(ours) && difference.covers(one)) {
        ours = difference.ignore(ours);
        theirs = difference.ignore(theirs);
        if (theirs.equals(ours)) {
          found.add(difference);
        }
      }
    }
    if (!theirs.equals(ours)) {
      unexpected.add("%n%s%n  reference %s%n  corral    %s".formatted(one, theirs, ours));
    }
  }

  private static List<Setup> setups() {
    List<Setup> setups = new ArrayList<>();
    for (Lifetimes lifetimes : Lifetimes.values()) {
      for (boolean readThrough : new boolean[] {false, true}) {
        for (boolean writeThrough : new boolean[] {false, true}) {
          setups.add(new Setup(lifetimes, readThrough, writeThrough));
        }
      }
    }
    return setups;
  }

  private List<Case> cases(Setup setup, List<Operation> operations) {
    List<Case> all = new ArrayList<>();
    for (Trouble trouble : Trouble.values()) {
      boolean possible =
          switch (trouble) {
            case NONE -> true;
            case UNKNOWN -> setup.readThrough();
            case FAILS -> setup.readThrough() || setup.writeThrough();
          };
      for (Prior prior : possible ? Prior.values() : new Prior[0]) {
        for (Operation operation : operations) {
          all.add(new Case(setup, operation, prior, trouble, number++));
        }
      }
    }
    return all;
  }

  /** Fewer setups than for the other cases, because each case creates its own caches. */
  private List<Case> casesOfWholeCaches(Setup setup) {
    boolean chosen = setup.lifetimes() == Lifetimes.ETERNAL || setup.lifetimes() == Lifetimes.USER;
    return !chosen || setup.readThrough() != setup.writeThrough()
        ? List.of()
        : cases(setup, Operation.ofWholeCache()).stream()
            .filter(it -> it.prior() != Prior.ABSENT && it.trouble() != Trouble.UNKNOWN)
            .toList();
  }
}

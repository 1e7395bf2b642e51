package dev.corral.jcache.internal.entry;

import static dev.corral.jcache.internal.entry.EntryOperation.Then.NOTHING;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.PUT;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.REMOVE;
import static dev.corral.jcache.internal.entry.EntryOperation.Then.TOUCH;
import static dev.corral.jcache.internal.entry.EntryOperation.Trait.BY_LOADER;
import static dev.corral.jcache.internal.entry.EntryOperation.Trait.COUNTS_LOOKUP;
import static dev.corral.jcache.internal.entry.EntryOperation.Trait.READS_THROUGH;
import static dev.corral.jcache.internal.entry.EntryOperation.Trait.READS_VALUE;
import static dev.corral.jcache.internal.entry.EntryOperation.Trait.WANTS_VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of the JCache methods in {@code EntryOperation}, row by row. */
class EntryOperationTest {

  private static final Snapshot<String> OLD = Snapshot.live("old", "version 1");
  private static final Snapshot<String> OTHER = Snapshot.live("other", "version 2");

  /** Operation; its choice if the entry is absent, has "old", or has "other"; its traits. */
  // spotless:off
  static Stream<Arguments> rows() {
    return Stream.of(
        row("get",           EntryOperation.get(),                 NOTHING, TOUCH,   TOUCH,   COUNTS_LOOKUP, READS_THROUGH, READS_VALUE, WANTS_VALUE),
        row("visit",         EntryOperation.visit(),               NOTHING, TOUCH,   TOUCH,   COUNTS_LOOKUP, READS_VALUE, WANTS_VALUE),
        row("containsKey",   EntryOperation.contains(),            NOTHING, NOTHING, NOTHING),
        row("put",           EntryOperation.put("new"),            PUT,     PUT,     PUT),
        row("getAndPut",     EntryOperation.getAndPut("new"),      PUT,     PUT,     PUT,     COUNTS_LOOKUP, WANTS_VALUE),
        row("putIfAbsent",   EntryOperation.putIfAbsent("new"),    PUT,     NOTHING, NOTHING, COUNTS_LOOKUP),
        row("replace",       EntryOperation.replace("new"),        NOTHING, PUT,     PUT,     COUNTS_LOOKUP),
        row("getAndReplace", EntryOperation.getAndReplace("new"),  NOTHING, PUT,     PUT,     COUNTS_LOOKUP, WANTS_VALUE),
        row("replace if",    EntryOperation.replace("old", "new"), NOTHING, PUT,     TOUCH,   COUNTS_LOOKUP),
        row("remove",        EntryOperation.remove(),              REMOVE,  REMOVE,  REMOVE),
        row("remove if",     EntryOperation.remove("old"),         NOTHING, REMOVE,  TOUCH,   COUNTS_LOOKUP),
        row("getAndRemove",  EntryOperation.getAndRemove(),        REMOVE,  REMOVE,  REMOVE,  COUNTS_LOOKUP, WANTS_VALUE));
  }
  // spotless:on

  private static Arguments row(
      String name,
      EntryOperation<String> operation,
      Then ifAbsent,
      Then ifOld,
      Then ifOther,
      Trait... traits) {
    return Arguments.of(name, operation, ifAbsent, ifOld, ifOther, Set.of(traits));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void choose_everyState_isAsInTheTable(
      String name,
      EntryOperation<String> operation,
      Then ifAbsent,
      Then ifOld,
      Then ifOther,
      Set<Trait> traits) {
    assertThat(operation.choose(Snapshot.absent())).isEqualTo(ifAbsent);
    assertThat(operation.choose(OLD)).isEqualTo(ifOld);
    assertThat(operation.choose(OTHER)).isEqualTo(ifOther);
    assertThat(operation.traits()).isEqualTo(traits);
    assertThat(operation.inAdvance()).contains(operation);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void mayChange_everyRow_isTrueIfAChoiceChangesTheValue(
      String name, EntryOperation<String> operation, Then ifAbsent, Then ifOld, Then ifOther) {
    boolean changes = Stream.of(ifAbsent, ifOld, ifOther).anyMatch(it -> it == PUT || it == REMOVE);
    assertThat(operation.mayChange()).isEqualTo(changes);
  }

  @Test
  void processed_valueFromTheLoader_countsALookupAndNoPut() {
    assertThat(EntryOperation.processed(PUT, "new", /* loaded= */ true, null).traits())
        .containsExactlyInAnyOrder(COUNTS_LOOKUP, BY_LOADER);
    assertThat(EntryOperation.processed(PUT, "new", /* loaded= */ false, null).traits())
        .containsExactly(COUNTS_LOOKUP);
  }

  @Test
  void processed_touchOfAnAbsentEntry_choosesNothing() {
    assertThat(EntryOperation.<String>processed(TOUCH, null, false, null).choose(Snapshot.absent()))
        .isEqualTo(NOTHING);
  }

  @Test
  void unconditionally_anyState_choosesTheSame() {
    EntryOperation<String> chosen = EntryOperation.replace("old", "new").unconditionally(PUT);
    assertThat(chosen.choose(Snapshot.absent())).isEqualTo(PUT);
    assertThat(chosen.choose(OTHER)).isEqualTo(PUT);
    assertThat(chosen.value()).isEqualTo("new");
    assertThat(chosen.is(COUNTS_LOOKUP)).isTrue();
  }
}

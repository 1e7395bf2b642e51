package dev.corral.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The list of synchronous standbys, which may have the follower. */
class DatabaseTest {

  @Test
  void hasStandby_listHasNameOrAll_isTrue() {
    for (String names :
        new String[] {
          "*", "Corral", "FIRST 2 (a, corral)", "ANY 1 (a,\"corral\")", "1 (\"a\", *)", "\"*\""
        }) {
      assertThat(Database.hasStandby(names, "corral")).as(names).isTrue();
    }
    assertThat(Database.hasStandby("a, \"my \"\"first\"\" standby\"", "my \"first\" standby"))
        .isTrue();
  }

  @Test
  void hasStandby_listHasOthers_isFalse() {
    for (String names : new String[] {"", "a, corral2", "ANY 1 (a, \"corral b\")"}) {
      assertThat(Database.hasStandby(names, "corral")).as(names).isFalse();
    }
  }
}

package dev.corral.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cached methods in a transaction leave in the cache. */
@ExtendWith(FleetExtension.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransactionsIT {

  private final Fleet fleet;

  TransactionsIT(Fleet fleet) {
    this.fleet = fleet;
  }

  @ParameterizedTest
  @CsvSource({
    "rename,               absent",
    "rename,               cached",
    "'update,read',        absent",
    "'update,readSync',    absent",
    "'update,forget,read', cached",
    "'rename,forget',      cached",
    "forget,               cached",
    "forgetTag,            cached",
    "forgetAll,            cached",
    "'forgetAll,rename',   cached"
  })
  void rollback_leavesNoTrace(String steps, String before) {
    int id = 1;
    prepare(id, before);

    assertThat(run(id, steps, false)).isEqualTo("rolled back");

    assertEntry(id, before);
  }

  @ParameterizedTest
  @CsvSource({
    "rename,            absent, renamed",
    "rename,            cached, renamed",
    "'update,read',     absent, updated",
    "'update,readSync', absent, updated",
    "'rename,forget',   cached, absent",
    "'forget,rename',   cached, renamed",
    "forget,            cached, absent",
    "'rename,forgetTag', cached, absent",
    "'forgetTag,rename', cached, renamed",
    "forgetTag,         cached, absent",
    "forgetAll,         cached, absent"
  })
  void commit_changesTheCacheOfBothInstances(String steps, String before, String after) {
    int id = 2;
    prepare(id, before);

    assertThat(run(id, steps, true)).isEqualTo("committed");

    assertEntry(id, after);
  }

  private void prepare(int id, String entry) {
    fleet.clear("names");
    if (!entry.equals("absent")) {
      fleet.instances.get(0).request("PUT", "/entries/names/%d?value=%s".formatted(id, entry));
    }
    assertEntry(id, entry);
  }

  private String run(int id, String steps, boolean commit) {
    return fleet
        .instances
        .get(0)
        .request("POST", "/transactions/%d?steps=%s&commit=%s".formatted(id, steps, commit));
  }

  private void assertEntry(int id, String expected) {
    assertThat(fleet.instances)
        .allSatisfy(it -> assertThat(it.get("/entries/names/" + id)).isEqualTo(expected));
  }
}

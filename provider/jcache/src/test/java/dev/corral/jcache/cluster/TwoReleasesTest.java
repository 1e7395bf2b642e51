package dev.corral.jcache.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two JVMs of different releases of an application use one cache at the same time. Both know the
 * class {@code shop.Item}, with different fields; only the new one knows {@code shop.Extra}.
 */
class TwoReleasesTest {

  private static final int ROUNDS = 10;

  private static final String ITEM =
      "package shop; public class Item { public String name; %s"
          + " public String toString() { return name; } }";

  private static final Map<String, String> OLD = Map.of("Item", ITEM.formatted(""));
  private static final Map<String, String> NEW =
      Map.of(
          "Item", ITEM.formatted("public int price;"),
          "Extra", ITEM.formatted("").replace("Item", "Extra"));

  @TempDir private Path folder;

  private final OwnRedis redis = new OwnRedis();

  @AfterEach
  void close() {
    redis.close();
  }

  private Path compiled(String release, Map<String, String> sources) throws IOException {
    Path classes = Files.createDirectories(folder.resolve(release));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = classes.resolve(source.getKey() + ".java");
      Files.writeString(file, source.getValue());
      int result =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, "-d", classes.toString(), file.toString());
      assertThat(result).isZero();
    }
    return classes;
  }

  private ChildJvm start(String release, Map<String, String> sources) throws IOException {
    return ChildJvm.startWith(
        compiled(release, sources), ReleaseWorker.class, redis.uri().toString(), release);
  }

  private String run(String release, String job) {
    redis.raw().call("RPUSH", "test:jobs:" + release, job);
    return (String) ((List<?>) redis.raw().call("BLPOP", "test:result:" + release, "20")).get(1);
  }

  private String stored(String key) {
    return redis.raw().text("GET", "{" + ReleaseWorker.CACHE + "}:" + key);
  }

  @Test
  void twoReleases_sharingACache_useTheirOwnEntriesAndLeaveTheOthersAlone() throws Exception {
    try (ChildJvm older = start("old", OLD);
        ChildJvm newer = start("new", NEW)) {
      older.await("ready");
      newer.await("ready");
      run("old", "put old Item a");
      run("new", "put new Item b");
      run("new", "put extra Extra c");
      List<String> before = List.of(stored("old"), stored("new"), stored("extra"));

      for (int i = 0; i < ROUNDS; i++) {
        assertThat(run("old", "get old")).isEqualTo("a");
        assertThat(run("old", "get new")).isEqualTo("loaded-by-old");
        assertThat(run("old", "getAll old,extra")).isEqualTo("{extra=loaded-by-old, old=a}");
        assertThat(run("new", "get new")).isEqualTo("b");
        assertThat(run("new", "getAll extra,old")).isEqualTo("{extra=c, old=loaded-by-new}");
      }
      assertThat(run("old", "loads")).isEqualTo(String.valueOf(2 * ROUNDS));
      assertThat(run("new", "loads")).isEqualTo(String.valueOf(ROUNDS));
      assertThat(run("old", "keys")).isEqualTo("[old]");
      assertThat(run("new", "keys")).isEqualTo("[extra, new]");
      for (String key : List.of("new", "extra")) {
        assertThat(run("old", "contains " + key)).isEqualTo("false");
        assertThat(run("old", "replace " + key + " Item x")).isEqualTo("false");
      }
      assertThat(List.of(stored("old"), stored("new"), stored("extra"))).isEqualTo(before);

      assertThat(run("old", "putIfAbsent extra Item d")).isEqualTo("true");
      assertThat(run("old", "get extra")).isEqualTo("d");
      assertThat(run("new", "get extra")).isEqualTo("loaded-by-new");
      assertThat(run("new", "put old Item e")).isEqualTo("done");
      assertThat(run("old", "get old")).isEqualTo("loaded-by-old");
      assertThat(run("new", "get old")).isEqualTo("e");

      assertThat(run("new", "remove extra")).isEqualTo("true");
      assertThat(run("new", "get extra")).isEqualTo("loaded-by-new");
      String reloaded = stored("extra");
      assertThat(run("old", "get extra")).isEqualTo("loaded-by-old");
      assertThat(stored("extra")).isEqualTo(reloaded);
    }
  }
}

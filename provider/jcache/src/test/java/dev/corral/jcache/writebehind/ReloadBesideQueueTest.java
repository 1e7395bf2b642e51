package dev.corral.jcache.writebehind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.WritingBehind;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.Test;

/** A load of a live entry whose latest change is not yet in the database. */
class ReloadBesideQueueTest {

  @Test
  void reload_changeIsWrittenAfterTheRowWasRead_isNotStored() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      WritingBehind behind = new WritingBehind();
      CorralCache<String, String> cache =
          behind.open(
              redis.manager(), WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(1)), 1);
      behind.database.rows.put("k", "old");
      cache.put("k", "new");
      AtomicBoolean written = new AtomicBoolean();
      behind.afterRead = () -> written.set(cache.flush(Duration.ofSeconds(10)));

      CompletionListenerFuture done = new CompletionListenerFuture();
      cache.loadAll(Set.of("k"), /* replaceExistingValues= */ true, done);
      done.get(20, TimeUnit.SECONDS);

      assertThat(written).isTrue();
      assertThat(behind.database.rows).containsEntry("k", "new");
      assertThat(cache.get("k")).isEqualTo("new");
    }
  }
}

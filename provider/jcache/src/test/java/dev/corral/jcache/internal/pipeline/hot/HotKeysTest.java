package dev.corral.jcache.internal.pipeline.hot;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.store.HotKeyList;
import org.junit.jupiter.api.Test;

class HotKeysTest {

  @Test
  @SuppressWarnings("NullAway") // commands that fail at once
  void run_commandsThatThrow_doesNotThrow() {
    HotKeyList list = new HotKeyList(new CacheContext("broken", new KeySpace("", "c", 1), null));
    HotKeys<String> keys =
        new HotKeys<>(HotKeyOptions.ofKeys(10).withSampleEvery(1), it -> it, it -> it, list);
    keys.recordRead("a");
    keys.recordRead("a");

    assertThatCode(keys::run).doesNotThrowAnyException();
    assertThatCode(keys::run).as("a timer calls it again").doesNotThrowAnyException();
  }
}

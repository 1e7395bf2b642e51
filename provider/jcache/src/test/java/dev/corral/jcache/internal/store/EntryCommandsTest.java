package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Expiry;
import java.util.List;
import javax.cache.CacheException;
import javax.cache.expiry.EternalExpiryPolicy;
import org.junit.jupiter.api.Test;

/** Commands of which one fails in Redis. */
class EntryCommandsTest {

  private final QueueUnderTest queue = new QueueUnderTest();
  private final EntryCommands commands =
      new EntryCommands(
          queue.context, "jvm", new StoreOptions(0, 100, 0, false), queue.clocks, queue.releases);
  private final Expiry expiry = new Expiry(new EternalExpiryPolicy());

  private EntryCommand put(String key) {
    return EntryCommand.decidedByRedis(
        queue.codec.text(key),
        EntryOperation.getAndPut("new"),
        null,
        queue.codec.bytes("new"),
        expiry.lifetimesWithJitter(),
        false);
  }

  /** The mark of an empty ticket is an error. */
  private EntryCommand failing(String key) {
    byte[] none = "".getBytes(UTF_8);
    CommandTemplate template = CommandTemplate.of("marked", "put", "nothing");
    return new EntryCommand(queue.codec.text(key), template, none, none, "", 0, null);
  }

  @Test
  void executeAll_scriptFailsForOneKey_executesTheOthers() {
    commands.executeAll(List.of(put("a"), put("b"), put("c")), expiry);
    assertThatThrownBy(() -> commands.executeAll(List.of(put("a"), failing("b"), put("d")), expiry))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("'queue'");
    List<CommandResult> again = commands.executeAll(List.of(put("a"), put("d")), expiry);
    assertThat(again)
        .allSatisfy(it -> assertThat(it.previous()).isEqualTo(queue.codec.bytes("new")));
  }
}

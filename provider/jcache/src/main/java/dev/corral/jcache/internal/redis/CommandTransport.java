package dev.corral.jcache.internal.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.LoggerFactory;

/** Sends the commands of the hot path over a Redisson client. */
interface CommandTransport {

  /** Options by which no command is sent twice. */
  static OptionalOptions once() {
    return OptionalOptions.defaults().codec(ByteArrayCodec.INSTANCE).retryAttempts(0);
  }

  /** The fastest transport that this client, and its release of Redisson, supports. */
  static CommandTransport over(RedissonClient client) {
    try {
      CommandTransport faster = ExecutorTransport.over(client);
      if (faster != null) {
        return faster;
      }
    } catch (LinkageError e) {
      LoggerFactory.getLogger(CommandTransport.class)
          .debug("This release of Redisson has no executor that Corral knows", e);
    }
    return new PublicApiTransport(client);
  }

  /** Whether keys are distributed over the slots of a cluster, which several masters serve. */
  boolean hasSlots();

  /** The slot of a key; 0 without slots. */
  int slotOf(String key);

  /** The address of the master that serves a slot, as far as the client knows; else empty. */
  String masterOf(int slot);

  /** The bytes under names of one slot, read at its master; null for a name that holds nothing. */
  CompletableFuture<List<Object>> mget(String... names);

  /**
   * Runs a script.
   *
   * @param keys at least one, all of one slot
   * @param args byte arrays; anything else is sent as text
   */
  <R> CompletableFuture<R> evalSha(String sha1, ReturnType type, List<String> keys, Object... args);

  /** Runs a script by its text, since Redis may not know it yet. */
  <R> CompletableFuture<R> eval(String text, ReturnType type, List<String> keys, Object... args);
}

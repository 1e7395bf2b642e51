package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.redisson.api.RScript;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;

/** Sends commands through Redisson's public API, so it works with any client. */
final class PublicApiTransport implements CommandTransport {

  private static final String MGET = "return redis.call('MGET', unpack(KEYS))";

  private final RScript scripts;

  PublicApiTransport(RedissonClient client) {
    this.scripts = client.getScript(CommandTransport.once());
  }

  /** The public API does not say which master serves a slot, so all keys count as one slot. */
  @Override
  public boolean hasSlots() {
    return false;
  }

  @Override
  public int slotOf(String key) {
    return 0;
  }

  @Override
  public String masterOf(int slot) {
    return "";
  }

  /** By a script, because a plain MGET goes to a replica if the client reads from replicas. */
  @Override
  public CompletableFuture<List<Object>> mget(String... names) {
    return eval(MGET, ReturnType.LIST, List.of(names));
  }

  @Override
  public <R> CompletableFuture<R> evalSha(
      String sha1, ReturnType type, List<String> keys, Object... args) {
    return scripts
        .<R>evalShaAsync(keys.get(0), Mode.READ_WRITE, sha1, type, List.copyOf(keys), bytes(args))
        .toCompletableFuture();
  }

  @Override
  public <R> CompletableFuture<R> eval(
      String text, ReturnType type, List<String> keys, Object... args) {
    return scripts
        .<R>evalAsync(keys.get(0), Mode.READ_WRITE, text, type, List.copyOf(keys), bytes(args))
        .toCompletableFuture();
  }

  private static Object[] bytes(Object... args) {
    Object[] bytes = new Object[args.length];
    for (int i = 0; i < args.length; i++) {
      bytes[i] = args[i] instanceof byte[] ? args[i] : args[i].toString().getBytes(UTF_8);
    }
    return bytes;
  }
}

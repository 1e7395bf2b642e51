package dev.corral.jcache.internal.redis;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.ObjectParams;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.command.CommandAsyncExecutor;
import org.redisson.config.DefaultNameMapper;
import org.redisson.connection.ConnectionManager;
import org.redisson.connection.MasterSlaveEntry;

/**
 * Sends commands through the executor that Redisson's own objects use, which is faster than those
 * objects. The executor is not part of the public API, so another release of Redisson may lack it;
 * see docs/decisions/0015-command-executor.md.
 */
final class ExecutorTransport implements CommandTransport {

  private static final Map<ReturnType, RedisCommand<?>> EVALSHA = commands("EVALSHA");
  private static final Map<ReturnType, RedisCommand<?>> EVAL = commands("EVAL");

  private final CommandAsyncExecutor executor;

  /** Knows which master serves a slot; null without slots. */
  private final @Nullable ConnectionManager cluster;

  private ExecutorTransport(CommandAsyncExecutor executor, @Nullable ConnectionManager cluster) {
    this.executor = executor;
    this.cluster = cluster;
  }

  /**
   * Null for a client that is wrapped in another class, or maps names.
   *
   * @throws LinkageError if this release of Redisson lacks the executor; the first use of this
   *     class may throw it, too
   */
  static @Nullable ExecutorTransport over(RedissonClient client) {
    if (!(client instanceof Redisson redisson)
        || !(CommandTransport.once() instanceof ObjectParams parameters)
        || !hasNeededMethods()) {
      return null;
    }
    CommandAsyncExecutor executor = redisson.getCommandExecutor();
    return executor.getServiceManager().getNameMapper() instanceof DefaultNameMapper
        ? new ExecutorTransport(
            executor.copy(parameters),
            client.getConfig().isClusterConfig() ? executor.getConnectionManager() : null)
        : null;
  }

  /** Checks for the needed methods now, and not when the first command is sent. */
  private static boolean hasNeededMethods() {
    try {
      CommandAsyncExecutor.class.getMethod(
          "writeAsync", String.class, Codec.class, RedisCommand.class, Object[].class);
      CommandAsyncExecutor.class.getMethod("getConnectionManager");
      ConnectionManager.class.getMethod("calcSlot", String.class);
      ConnectionManager.class.getMethod("getEntry", int.class);
      MasterSlaveEntry.class.getMethod("getClient");
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static Map<ReturnType, RedisCommand<?>> commands(String name) {
    Map<ReturnType, RedisCommand<?>> commands = new EnumMap<>(ReturnType.class);
    for (ReturnType type : ReturnType.values()) {
      commands.put(type, new RedisCommand<>(type.getCommand(), name));
    }
    return Collections.unmodifiableMap(commands);
  }

  @Override
  public boolean hasSlots() {
    return cluster != null;
  }

  @Override
  public int slotOf(String key) {
    return cluster == null ? 0 : cluster.calcSlot(key);
  }

  /** Connects first if the client has never been connected; then it may block. */
  @Override
  public String masterOf(int slot) {
    try {
      MasterSlaveEntry entry = cluster == null ? null : cluster.getEntry(slot);
      return entry == null ? "" : entry.getClient().getAddr().toString();
    } catch (RedisException e) {
      return "";
    }
  }

  /** Sent as a write, because writes go to the master. */
  @Override
  public CompletableFuture<List<Object>> mget(String... names) {
    return executor
        .<List<Object>, List<Object>>writeAsync(
            names[0], ByteArrayCodec.INSTANCE, RedisCommands.MGET, (Object[]) names)
        .toCompletableFuture();
  }

  @Override
  public <R> CompletableFuture<R> evalSha(
      String sha1, ReturnType type, List<String> keys, Object... args) {
    return run(Objects.requireNonNull(EVALSHA.get(type)), sha1, keys, args);
  }

  @Override
  public <R> CompletableFuture<R> eval(
      String text, ReturnType type, List<String> keys, Object... args) {
    return run(Objects.requireNonNull(EVAL.get(type)), text, keys, args);
  }

  @SuppressWarnings("unchecked") // the reply is of the type that was asked for
  private <R> CompletableFuture<R> run(
      RedisCommand<?> command, String script, List<String> keys, Object... args) {
    Object[] all = new Object[2 + keys.size() + args.length];
    all[0] = script;
    all[1] = keys.size();
    for (int i = 0; i < keys.size(); i++) {
      all[2 + i] = keys.get(i);
    }
    System.arraycopy(args, 0, all, 2 + keys.size(), args.length);
    return executor
        .<Object, R>writeAsync(
            keys.get(0), ByteArrayCodec.INSTANCE, (RedisCommand<Object>) command, all)
        .toCompletableFuture();
  }
}

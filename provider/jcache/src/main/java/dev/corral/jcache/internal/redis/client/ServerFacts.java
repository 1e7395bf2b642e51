package dev.corral.jcache.internal.redis.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNode.InfoSection;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.RedisException;
import org.redisson.config.Config;

/**
 * What a master says about itself.
 *
 * @param policy its {@code maxmemory-policy}; empty if it does not say
 * @param isLimited whether it has a {@code maxmemory}
 * @param isWithoutLog whether it has no append-only file
 */
public record ServerFacts(String policy, boolean isLimited, boolean isWithoutLog) {

  /**
   * Asks one master, by INFO.
   *
   * @return null if Redis is unavailable, if the user lacks the right to INFO, or if the topology
   *     is one that Corral does not create
   */
  public static @Nullable ServerFacts read(RedissonClient client) {
    try {
      RedisNode master = masters(client).stream().findFirst().orElse(null);
      if (master == null) {
        return null;
      }
      Map<String, String> memory = master.info(InfoSection.MEMORY);
      Map<String, String> persistence = master.info(InfoSection.PERSISTENCE);
      return new ServerFacts(
          memory.getOrDefault("maxmemory_policy", ""),
          !memory.getOrDefault("maxmemory", "0").equals("0"),
          persistence.getOrDefault("aof_enabled", "").equals("0"));
    } catch (RedisException e) {
      return null;
    }
  }

  private static Collection<? extends RedisNode> masters(RedissonClient client) {
    Config config = client.getConfig();
    if (config.isClusterConfig()) {
      return client.getRedisNodes(RedisNodes.CLUSTER).getMasters();
    }
    if (config.isSentinelConfig()) {
      return List.of(client.getRedisNodes(RedisNodes.SENTINEL_MASTER_SLAVE).getMaster());
    }
    return config.isSingleConfig()
        ? List.of(client.getRedisNodes(RedisNodes.SINGLE).getInstance())
        : List.of();
  }

  /**
   * The connections per master of a client; 0 if the topology is one that Corral does not create.
   */
  public static int poolSize(RedissonClient client) {
    Config config = client.getConfig();
    if (config.isClusterConfig()) {
      return config.useClusterServers().getMasterConnectionPoolSize();
    }
    if (config.isSentinelConfig()) {
      return config.useSentinelServers().getMasterConnectionPoolSize();
    }
    return config.isSingleConfig() ? config.useSingleServer().getConnectionPoolSize() : 0;
  }
}

package dev.corral.jcache.internal.redis.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The servers to connect to.
 *
 * @param addresses the server, some nodes of the cluster, or the sentinels; empty for {@link
 *     Topology#EMBEDDED}
 * @param sentinel the name of the master and the login to the sentinels; null unless the topology
 *     is {@link Topology#SENTINEL}
 */
public record Servers(Topology topology, List<HostAndPort> addresses, @Nullable Sentinel sentinel) {

  /**
   * Checks that addresses and sentinel fit the topology.
   *
   * @throws IllegalArgumentException if they do not; the message names the setting to change
   */
  public Servers {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() != (topology == Topology.EMBEDDED)) {
      throw new IllegalArgumentException(
          "corral.redis.uri needs an address, as in redis://localhost:6379, unless it is embedded:");
    }
    if (topology == Topology.SINGLE && addresses.size() > 1) {
      throw new IllegalArgumentException(
          "corral.redis.uri names %d servers; write redis-cluster:// or redis-sentinel://"
              .formatted(addresses.size()));
    }
    if ((sentinel != null) != (topology == Topology.SENTINEL)) {
      throw new IllegalArgumentException(
          "corral.redis.uri must have the name of a master for redis-sentinel://, and only then");
    }
  }

  /** One server at a known address. */
  static Servers single(HostAndPort address) {
    return new Servers(Topology.SINGLE, List.of(address), null);
  }
}

package dev.corral.jcache.internal.redis.settings;

/** How the Redis servers of the caches are organized. */
public enum Topology {
  /** One server. */
  SINGLE,
  /** A Redis Cluster; the addresses are some of its nodes. */
  CLUSTER,
  /** A master that sentinels monitor; the addresses are those of the sentinels. */
  SENTINEL,
  /** A private server that this JVM starts and stops; no address is configured. */
  EMBEDDED
}

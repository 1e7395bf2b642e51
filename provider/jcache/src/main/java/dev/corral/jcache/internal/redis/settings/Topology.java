package dev.corral.jcache.internal.redis.settings;

/** How the Redis servers that hold the caches belong together. */
public enum Topology {
  /** One server. */
  SINGLE,
  /** A Redis Cluster; the addresses are some of its nodes. */
  CLUSTER,
  /** One master watched by sentinels; the addresses are theirs. */
  SENTINEL,
  /** A private server that this JVM starts and stops; there is no address to configure. */
  EMBEDDED
}

package dev.corral.examples.chaos;

import java.nio.file.Path;
import java.util.Locale;

/** An arrangement of Redis servers. */
enum Topology {
  /** One server with an append-only file. */
  STANDALONE,
  /** A master, two replicas and three sentinels. */
  SENTINEL,
  /** Three masters with a replica each. */
  CLUSTER;

  /** Whether a replica can become the master. */
  boolean failsOver() {
    return this != STANDALONE;
  }

  /** Starts the servers, with relays in the network, and waits until they are ready. */
  Deployment deploy(Path program, Path folder, Network network) {
    return switch (this) {
      case STANDALONE -> StandaloneDeployment.start(program, folder, network);
      case SENTINEL -> SentinelDeployment.start(program, folder, network);
      case CLUSTER -> ClusterDeployment.start(program, folder, network);
    };
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}

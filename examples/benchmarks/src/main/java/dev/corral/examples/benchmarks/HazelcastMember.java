package dev.corral.examples.benchmarks;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.internal.util.ConcurrencyUtil;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** The main class of a {@link ServerProcess}: one member of Hazelcast that looks for no others. */
final class HazelcastMember {

  /** What Hazelcast's manual asks for on JDK 17. */
  private static final List<String> MODULES =
      List.of(
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

  private HazelcastMember() {}

  static ServerProcess start() {
    return ServerProcess.start(HazelcastMember.class, MODULES);
  }

  /**
   * Where there are only two processors, Hazelcast would begin a thread for each operation, in
   * client and member; more than two give it this pool by themselves. It does ten times as much.
   */
  static void useCommonPool() {
    ConcurrencyUtil.setDefaultAsyncExecutor(ForkJoinPool.commonPool());
  }

  /** In the process of its own. */
  public static void main(String[] arguments) {
    ServerProcess.serve(HazelcastMember::run);
  }

  private static void run(int port) {
    useCommonPool();
    Config config = new Config();
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    NetworkConfig network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    Hazelcast.newHazelcastInstance(config);
  }
}

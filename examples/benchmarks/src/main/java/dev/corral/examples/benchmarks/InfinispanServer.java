package dev.corral.examples.benchmarks;

import java.util.List;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.server.hotrod.HotRodServer;
import org.infinispan.server.hotrod.configuration.HotRodServerConfigurationBuilder;

/** The main class of a {@link ServerProcess}: one server of Infinispan with one cache. */
final class InfinispanServer {

  /** Clients find the cache: they could create it only in a server that keeps files. */
  static final String CACHE = "benchmarks";

  private InfinispanServer() {}

  static ServerProcess start() {
    return ServerProcess.start(
        InfinispanServer.class, List.of("-Dorg.jboss.logging.provider=slf4j"));
  }

  /** In the process of its own. */
  public static void main(String[] arguments) {
    ServerProcess.serve(InfinispanServer::run);
  }

  private static void run(int port) {
    DefaultCacheManager manager =
        new DefaultCacheManager(new GlobalConfigurationBuilder().nonClusteredDefault().build());
    manager.defineConfiguration(
        CACHE,
        new ConfigurationBuilder()
            .encoding()
            .mediaType(MediaType.APPLICATION_PROTOSTREAM_TYPE)
            .build());
    HotRodServerConfigurationBuilder server = new HotRodServerConfigurationBuilder();
    server.host("127.0.0.1").port(port);
    new HotRodServer().start(server.build(), manager);
  }
}

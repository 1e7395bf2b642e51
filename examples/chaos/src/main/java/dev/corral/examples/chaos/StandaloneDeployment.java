package dev.corral.examples.chaos;

import java.nio.file.Path;
import java.util.List;

/** One server with an append-only file. */
final class StandaloneDeployment implements Deployment {

  private final RedisServer server;
  private final int relayPort;

  private StandaloneDeployment(RedisServer server, int relayPort) {
    this.server = server;
    this.relayPort = relayPort;
  }

  static StandaloneDeployment start(Path program, Path folder, Network network) {
    RedisServer server =
        RedisServer.start(
            program, folder.resolve("redis-0"), RedisServer.freePort(), DURABLE, PASSWORD);
    int relayPort = RedisServer.freePort();
    network.addRelay(relayPort, server.port());
    server.awaitReady();
    return new StandaloneDeployment(server, relayPort);
  }

  @Override
  public String uri() {
    return "redis://:%s@127.0.0.1:%d".formatted(PASSWORD, relayPort);
  }

  @Override
  public List<RedisServer> servers() {
    return List.of(server);
  }

  @Override
  public void restart(RedisServer server) {
    server.start(List.of());
  }

  @Override
  public boolean isHealthy() {
    return server.answers();
  }

  @Override
  public String epoch() {
    return "";
  }

  @Override
  public void failOver(int choice) {
    throw new IllegalStateException("a standalone server has no replica");
  }
}

package dev.corral.examples.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The servers, relays, database and workers of one topology, for several rounds. */
final class Session implements AutoCloseable {

  private final Topology topology;
  private final Path folder;
  private final Network network;
  private final Database database;
  private final Deployment deployment;
  private final Workers workers;

  private Session(
      Topology topology,
      Path folder,
      Network network,
      Database database,
      Deployment deployment,
      Workers workers) {
    this.topology = topology;
    this.folder = folder;
    this.network = network;
    this.database = database;
    this.deployment = deployment;
    this.workers = workers;
  }

  /** Starts everything; the folder is created. */
  static Session start(Topology topology, Path program, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Network network = new Network(Workers.COUNT);
    Database database = new Database();
    Deployment deployment = topology.deploy(program, folder, network);
    try {
      Workers workers = Workers.start(deployment.uri(), database.port(), folder);
      return new Session(topology, folder, network, database, deployment, workers);
    } catch (RuntimeException e) {
      deployment.close();
      network.close();
      database.close();
      throw e;
    }
  }

  Topology topology() {
    return topology;
  }

  /** The folder with the data of the servers and the logs of the workers. */
  Path folder() {
    return folder;
  }

  Network network() {
    return network;
  }

  Database database() {
    return database;
  }

  Deployment deployment() {
    return deployment;
  }

  Workers workers() {
    return workers;
  }

  /** Ends all processes, and deletes the data of the servers. */
  @Override
  public void close() {
    workers.close();
    deployment.close();
    network.close();
    database.close();
    deployment.servers().forEach(it -> delete(it.folder()));
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

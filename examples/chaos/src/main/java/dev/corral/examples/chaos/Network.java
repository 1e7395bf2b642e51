package dev.corral.examples.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The relays in front of all servers, and the links of the workers. */
final class Network implements AutoCloseable {

  private final Map<String, Link> links;
  private final List<Relay> relays = new ArrayList<>();

  Network(int workers) {
    Map<String, Link> all = new LinkedHashMap<>();
    for (int i = 0; i < workers; i++) {
      all.put(clientName(i), new Link());
    }
    links = Map.copyOf(all);
  }

  /** The name that a worker gives itself in Redis. */
  static String clientName(int worker) {
    return "worker-" + worker;
  }

  void addRelay(int port, int serverPort) {
    relays.add(new Relay(port, serverPort, links));
  }

  /** Changes the links of some workers. */
  void set(List<Integer> workers, Link.State state) {
    for (int worker : workers) {
      link(worker).set(state);
    }
    relays.forEach(Relay::closeCut);
  }

  /** Sets how long each direction takes for some workers. */
  void setDelay(List<Integer> workers, long millis) {
    workers.forEach(it -> link(it).setDelay(millis));
  }

  /** Opens all links, without delay. */
  void heal() {
    links.values().forEach(it -> it.set(Link.State.OPEN));
    links.values().forEach(it -> it.setDelay(0));
  }

  private Link link(int worker) {
    Link link = links.get(clientName(worker));
    if (link == null) {
      throw new IllegalArgumentException("there is no worker " + worker);
    }
    return link;
  }

  @Override
  public void close() {
    relays.forEach(Relay::close);
  }
}

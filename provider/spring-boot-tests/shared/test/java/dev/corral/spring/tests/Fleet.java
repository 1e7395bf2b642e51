package dev.corral.spring.tests;

import dev.corral.spring.tests.ApplicationProcess.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Two processes of the application that share a Redis. */
final class Fleet implements AutoCloseable {

  static final int REQUESTS = 50;

  final RedisProcess redis = RedisProcess.start();
  final List<ApplicationProcess> instances = new ArrayList<>();

  private Fleet() {}

  static Fleet start() throws IOException, InterruptedException {
    Fleet fleet = new Fleet();
    try {
      for (int i = 1; i <= 2; i++) {
        fleet.instances.add(
            ApplicationProcess.start(
                "instance-" + i,
                List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    Application.class.getName(),
                    "--corral.redis.uri=" + fleet.redis.uri())));
      }
      for (ApplicationProcess instance : fleet.instances) {
        instance.awaitStart();
      }
      return fleet;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      fleet.close();
      throw e;
    }
  }

  List<String> shapes() {
    return List.of(instances.get(0).get("/shapes").split(","));
  }

  /** Calls a cached method 50 times in each instance, all at the same time. */
  List<List<Response>> callAtOnce(String shape, int key) {
    String path = "/shapes/%s/%d?expected=%d".formatted(shape, key, REQUESTS);
    List<List<CompletableFuture<Response>>> sent =
        instances.stream().map(it -> it.sendMany(REQUESTS, path)).toList();
    return sent.stream().map(it -> it.stream().map(CompletableFuture::join).toList()).toList();
  }

  /** How often the method has run with this key in each instance. */
  List<Integer> executions(String shape, int key) {
    return instances.stream()
        .map(it -> Integer.parseInt(it.get("/executions/" + shape + "/" + key)))
        .toList();
  }

  /** How often the method ran with this key in each instance, compared with earlier counts. */
  List<Integer> executionsSince(List<Integer> before, String shape, int key) {
    List<Integer> now = executions(shape, key);
    return IntStream.range(0, now.size()).mapToObj(i -> now.get(i) - before.get(i)).toList();
  }

  /** Removes all entries of a cache. */
  void clear(String cache) {
    instances.get(0).request("DELETE", "/entries/" + cache);
  }

  @Override
  public void close() {
    instances.forEach(ApplicationProcess::close);
    redis.close();
  }
}

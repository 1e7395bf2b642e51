package dev.corral.examples.springboot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An instance of the service in a process of its own. Safe for many threads. */
final class Instance implements AutoCloseable {

  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
  private static final Pattern VALUE = Pattern.compile("\"value\":([0-9.E]+)");
  private static final long MAX_START_NANOS = TimeUnit.SECONDS.toNanos(120);

  private final Process process;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;

  private Instance(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts the service and waits until it accepts requests. */
  static Instance start(String name, String databaseUrl, String redisUri) throws Exception {
    Path log = Path.of("target", name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-jar",
                System.getProperty("bookshop.jar"),
                "--server.port=0",
                "--spring.datasource.url=" + databaseUrl,
                "--corral.redis.uri=" + redisUri)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeAll(List.of("REDIS_URL", "CORRAL_REDIS_URI"));
    Process process = builder.start();
    try {
      return new Instance(process, awaitPort(process, log));
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static int awaitPort(Process process, Path log) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      String text = Files.readString(log, UTF_8);
      Matcher matcher = PORT.matcher(text);
      if (matcher.find() && text.contains("Started Bookshop in ")) {
        return Integer.parseInt(matcher.group(1));
      }
      if (!process.isAlive() || System.nanoTime() - start > MAX_START_NANOS) {
        throw new IllegalStateException("The service does not start: " + text);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Kills the process at once, as an operating system without memory does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The status and the body of the response to a GET. */
  CompletableFuture<Response> getAsync(String path) {
    return send(request(path).GET().build());
  }

  /** The status and the body of the response to a GET. */
  Response get(String path) {
    return getAsync(path).join();
  }

  /** Sends JSON. */
  Response put(String path, String json) {
    return send(request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json, UTF_8))
            .build())
        .join();
  }

  Response delete(String path) {
    return send(request(path).DELETE().build()).join();
  }

  /** The value of a meter, by the actuator. */
  double meter(String name) {
    String body = get("/actuator/metrics/" + name).body();
    Matcher matcher = VALUE.matcher(body);
    if (!matcher.find()) {
      throw new IllegalStateException(name + ": " + body);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(60));
  }

  private CompletableFuture<Response> send(HttpRequest request) {
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString(UTF_8))
        .thenApply(it -> new Response(it.statusCode(), it.body()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** An answer over HTTP. */
  record Response(int status, String body) {}
}

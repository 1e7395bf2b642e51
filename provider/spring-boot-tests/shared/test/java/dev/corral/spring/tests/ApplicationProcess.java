package dev.corral.spring.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A web application with Spring Boot in a process of its own. Safe for many threads. */
final class ApplicationProcess implements AutoCloseable {

  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
  private static final Pattern STARTED = Pattern.compile("Started \\w+ in ");
  private static final long MAX_START_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final Duration MAX_RESPONSE = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile int port;

  private ApplicationProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process; it is ready only after {@link #awaitStart}.
   *
   * @param name the name of its log in {@code target}
   * @param program what follows {@code java}: a class path and a main class, or a jar, and
   *     arguments
   */
  static ApplicationProcess start(String name, List<String> program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(program);
    Path log = Path.of("target", name + ".log");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("REDIS_URL");
    builder.environment().remove("CORRAL_REDIS_URI");
    try {
      return new ApplicationProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the application answers. */
  ApplicationProcess awaitStart() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      String text = Files.readString(log, UTF_8);
      Matcher matcher = PORT.matcher(text);
      if (matcher.find() && STARTED.matcher(text).find()) {
        port = Integer.parseInt(matcher.group(1));
        return this;
      }
      if (!process.isAlive() || System.nanoTime() - start > MAX_START_NANOS) {
        throw new IllegalStateException("The application does not start: " + text);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** What it has logged. */
  String log() throws IOException {
    return Files.readString(log, UTF_8);
  }

  /** Sends a request without a body. */
  CompletableFuture<Response> send(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(MAX_RESPONSE)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString(UTF_8))
        .thenApply(it -> new Response(it.statusCode(), it.body()));
  }

  /** Sends requests of the same kind at the same time. */
  List<CompletableFuture<Response>> sendMany(int count, String path) {
    List<CompletableFuture<Response>> responses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      responses.add(send("GET", path));
    }
    return responses;
  }

  /** The body of a response with the status 200. */
  String get(String path) {
    return request("GET", path);
  }

  /** The body of a response with the status 200. */
  String request(String method, String path) {
    Response response = send(method, path).join();
    if (response.status() != 200) {
      throw new IllegalStateException(method + " " + path + ": " + response);
    }
    return response.body();
  }

  /** Kills the process if it is still running. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** An answer over HTTP. */
  record Response(int status, String body) {}
}

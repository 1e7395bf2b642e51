package dev.corral.jcache.internal.redis.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.redis.settings.HostAndPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of a Redis server on 127.0.0.1 with a password. */
public final class ServerProcess {

  private static final String HOST = "127.0.0.1";
  private static final int ATTEMPTS = 5;
  private static final long MAX_START_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final int PING_MILLIS = 1000;

  private final Process process;
  private final HostAndPort address;
  private final String password;

  private ServerProcess(Process process, HostAndPort address, String password) {
    this.process = process;
    this.address = address;
    this.password = password;
  }

  /**
   * Starts a server on a free port and waits until it answers. If another process takes the port
   * first, it tries another port, up to five times.
   *
   * @param directory for the configuration and the log of the server
   * @throws IOException if the server does not start; the message has the output of the program
   */
  public static ServerProcess start(Path program, Path directory, String password)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return start(program, directory, password, freePort());
      } catch (PortTakenException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Starts a server on the given port, without persistence, and waits until it answers. */
  public static ServerProcess start(Path program, Path directory, String password, int port)
      throws IOException {
    return start(program, directory, password, port, List.of("appendonly no"));
  }

  /** Starts a server on the given port, with more lines in its configuration. */
  public static ServerProcess start(
      Path program, Path directory, String password, int port, List<String> moreConfiguration)
      throws IOException {
    Path configuration = directory.resolve("server.conf");
    Path output = directory.resolve("server.log");
    List<String> lines = new ArrayList<>(configuration(directory, password, port));
    lines.addAll(moreConfiguration);
    Files.write(configuration, lines, UTF_8);
    Process process =
        new ProcessBuilder(program.toString(), configuration.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    ServerProcess server = new ServerProcess(process, new HostAndPort(HOST, port), password);
    try {
      server.awaitReady(output);
      return server;
    } catch (IOException | RuntimeException | Error e) {
      server.stop();
      throw e;
    }
  }

  private static List<String> configuration(Path directory, String password, int port) {
    return List.of(
        "port " + port,
        "bind " + HOST,
        "requirepass " + password,
        "daemonize no",
        "save \"\"",
        "loglevel warning",
        "dir \"" + directory.toString().replace("\\", "\\\\") + "\"");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.getLocalPort();
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1});
  }

  private void awaitReady(Path output) throws IOException {
    long start = System.nanoTime();
    while (!answers()) {
      if (!process.isAlive()) {
        String text = Files.readString(output, UTF_8).strip();
        if (text.contains("already in use") || text.contains("Could not create server TCP")) {
          throw new PortTakenException("port " + address.port() + " is taken: " + text);
        }
        throw new IOException("the program exited with code " + process.exitValue() + ": " + text);
      }
      if (System.nanoTime() - start > MAX_START_NANOS) {
        throw new IOException("no answer from " + address + " within 20 s");
      }
      pause();
    }
  }

  /** Whether this server answers; another server on the same port would refuse the password. */
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(loopback(), address.port()), PING_MILLIS);
      socket.setSoTimeout(PING_MILLIS);
      socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(UTF_8));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      return "+OK".equals(answer.readLine()) && "+PONG".equals(answer.readLine());
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the thread was interrupted during the start", e);
    }
  }

  /** The address of the server. */
  public HostAndPort address() {
    return address;
  }

  String password() {
    return password;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the process and waits, up to five seconds, until it has ended. */
  public void stop() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Another process took the port after it was found free. */
  private static final class PortTakenException extends IOException {

    private static final long serialVersionUID = 1L;

    PortTakenException(String message) {
      super(message);
    }
  }
}

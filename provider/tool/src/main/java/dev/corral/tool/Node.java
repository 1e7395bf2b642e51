package dev.corral.tool;

import dev.corral.jcache.internal.redis.client.DirectConnection;
import dev.corral.jcache.internal.redis.client.DirectConnection.ServerError;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection to one server. It sends only commands that end at once. */
final class Node implements AutoCloseable {

  /** How errors begin that end by themselves. */
  private static final Set<String> UNAVAILABLE =
      Set.of("LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK");

  private final HostAndPort address;
  private final DirectConnection connection;

  Node(HostAndPort address, DirectConnection connection) {
    this.address = address;
    this.connection = connection;
  }

  HostAndPort address() {
    return address;
  }

  /** The reply to a command; a {@link ServerError} if the server refused it. */
  @Nullable Object tryCall(Object... command) {
    return callAll(List.<Object[]>of(command)).get(0);
  }

  /**
   * The reply to a command.
   *
   * @throws ToolException if the server refused it
   */
  @Nullable Object call(Object... command) {
    return required(tryCall(command), String.valueOf(command[0]));
  }

  /** The replies to commands that are sent together; for a refused one a {@link ServerError}. */
  List<@Nullable Object> callAll(List<Object[]> commands) {
    try {
      return connection.callAll(commands);
    } catch (IOException e) {
      throw new ToolException(
          ToolException.UNAVAILABLE,
          "Redis at %s does not answer: %s".formatted(address, e.getMessage()),
          e);
    }
  }

  private @Nullable Object required(@Nullable Object reply, String command) {
    if (reply instanceof ServerError error) {
      throw refusal(error, command);
    }
    return reply;
  }

  ToolException refusal(ServerError error, String command) {
    boolean isRight = error.message().startsWith("NOPERM");
    return new ToolException(
        UNAVAILABLE.contains(error.message().split(" ", 2)[0])
            ? ToolException.UNAVAILABLE
            : ToolException.REFUSED,
        "Redis at %s refuses %s: %s%s"
            .formatted(
                address,
                command,
                error.message(),
                isRight ? ". The page docs/tool.md lists the rights that the tool needs" : ""));
  }

  /** The text of a reply of the server to INFO, in lines; empty if it refuses it. */
  List<String> info() {
    return tryCall("INFO") instanceof byte[] bytes
        ? Arrays.asList(Replies.text(bytes).split("\r?\n", -1))
        : List.of();
  }

  @Override
  public void close() {
    connection.close();
  }
}

package dev.corral.jcache.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Redis user with exactly the rights that docs/security.md lists, for the prefix of the build.
 */
final class MinimalUser {

  /** The login, as it precedes the host in a URI. */
  static final String LOGIN = "minimal:minimal-password@";

  private static final Path PAGE = Path.of("../docs/security.md");
  private static final String HEADING = "## Rights in Redis";
  private static final Pattern RIGHT = Pattern.compile("(?<=\\s)\\+[a-z|]+");

  /** A user with all rights, for replicas and sentinels. */
  static final String ADMINISTRATOR = "administrator";

  static final String ADMINISTRATOR_PASSWORD = "administrator-password";

  private MinimalUser() {}

  /** Creates the user with all rights. */
  static void createAdministrator(RedisProcess server) {
    require(
        server, "ACL SETUSER " + ADMINISTRATOR + " on >" + ADMINISTRATOR_PASSWORD + " ~* &* +@all");
  }

  /** Creates the user, and takes all rights from the default user except to ping. */
  static RedisProcess create(RedisProcess server) {
    String user =
        "ACL SETUSER minimal reset on >minimal-password ~{tck:* resetchannels &{tck:* " + rights();
    require(server, user);
    require(server, "ACL SETUSER default -@all +ping");
    return server;
  }

  private static void require(RedisProcess server, String command) {
    String reply = server.call(command);
    if (!reply.equals("+OK")) {
      throw new IllegalStateException("The rights cannot be given: " + reply);
    }
  }

  private static String rights() {
    try {
      String page = Files.readString(PAGE, UTF_8);
      String section = page.substring(page.indexOf(HEADING) + HEADING.length());
      return RIGHT
          .matcher(section.substring(0, section.indexOf("\n## ")))
          .results()
          .map(MatchResult::group)
          .distinct()
          .collect(Collectors.joining(" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

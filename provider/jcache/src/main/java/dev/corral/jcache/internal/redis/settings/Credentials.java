package dev.corral.jcache.internal.redis.settings;

import org.jspecify.annotations.Nullable;

/**
 * Who logs in to a server.
 *
 * @param username null for Redis's user {@code default}
 * @param password null to log in without one
 */
public record Credentials(@Nullable String username, @Nullable String password) {

  /** Nobody logs in. */
  public static final Credentials NONE = new Credentials(null, null);

  /** Refuses a user name without a password. */
  public Credentials {
    if (username != null && password == null) {
      throw new IllegalArgumentException(
          "The Redis user " + username + " has no password; set corral.redis.password");
    }
  }

  /** Names the user, never the password. */
  @Override
  public String toString() {
    return password == null ? "none" : (username == null ? "default" : username) + ":***";
  }
}

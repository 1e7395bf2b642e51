package dev.corral.jcache.internal.redis.settings;

import org.jspecify.annotations.Nullable;

/**
 * The login to a server.
 *
 * @param username null for the user {@code default} of Redis
 * @param password null to connect without a login
 */
public record Credentials(@Nullable String username, @Nullable String password) {

  /** No login. */
  public static final Credentials NONE = new Credentials(null, null);

  /**
   * Checks that a user has a password.
   *
   * @throws IllegalArgumentException if there is a user name without a password
   */
  public Credentials {
    if (username != null && password == null) {
      throw new IllegalArgumentException(
          "corral.redis.username is set, but corral.redis.password is not; set it, or write"
              + " redis://:password@host in corral.redis.uri if there is no user name");
    }
  }

  /** Names the user, never the password. */
  @Override
  public String toString() {
    return password == null ? "none" : (username == null ? "default" : username) + ":***";
  }
}

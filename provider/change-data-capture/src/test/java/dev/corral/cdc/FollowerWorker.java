package dev.corral.cdc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.Lookup;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * A JVM that may follow the log, and reads accounts through a cache with a near cache. Arguments:
 * URI of Redis, URL of PostgreSQL. Commands, one a line: {@code role}, and {@code read ID}, which
 * answers with the version.
 */
public final class FollowerWorker {

  private FollowerWorker() {}

  /** Runs until it is killed, or its input ends. */
  @SuppressWarnings("unchecked")
  public static void main(String[] arguments) throws Exception {
    try (CorralCachingProvider provider = new CorralCachingProvider();
        Connection connection = DriverManager.getConnection(arguments[1])) {
      CorralCache<Long, Long> accounts =
          provider
              .getCacheManager(URI.create(arguments[0]), null)
              .createCache(
                  "accounts",
                  CorralConfiguration.builder(Long.class, Long.class)
                      .nearCache(
                          NearCacheOptions.ofEntries(1_000)
                              .withMaxStaleness(Duration.ofMillis(500)))
                      .build())
              .unwrap(CorralCache.class);
      ChangeDataCapture capture =
          ChangeDataCapture.start(
              arguments[1],
              new Properties(),
              List.of(TableMapping.of("account", accounts, row -> row.longValue("id"))),
              ChangeDataOptions.DEFAULTS.withLeaseTime(Duration.ofSeconds(1)));
      try (capture;
          BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
        System.out.println("ready");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          System.out.println(
              line.equals("role")
                  ? capture.status().role()
                  : read(accounts, connection, Long.parseLong(line.substring("read ".length()))));
        }
      }
    }
  }

  /** Cache-aside. */
  private static long read(CorralCache<Long, Long> accounts, Connection connection, long id)
      throws SQLException {
    Lookup<Long> found = accounts.lookUp(id);
    Long cached = found.value();
    if (cached != null) {
      return cached;
    }
    try (PreparedStatement select =
        connection.prepareStatement("SELECT version FROM account WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        long version = rows.getLong(1);
        accounts.fill(id, found.ticket(), version);
        return version;
      }
    }
  }
}

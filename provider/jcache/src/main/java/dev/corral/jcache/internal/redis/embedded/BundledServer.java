package dev.corral.jcache.internal.redis.embedded;

import java.io.IOException;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.error.OsArchitectureNotFound;
import redis.embedded.error.UnknownOSName;

/**
 * The server's program inside of the optional library embedded-redis. The only class that links
 * that library, so that nothing else needs it.
 */
public final class BundledServer {

  private BundledServer() {}

  /** Puts the program for this operating system into a directory. */
  public static Path unpack(Path directory) throws IOException {
    try {
      return ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
    } catch (OsArchitectureNotFound | UnknownOSName | NullPointerException e) {
      throw new IOException("embedded-redis has no program for this operating system", e);
    }
  }
}

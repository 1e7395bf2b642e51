package dev.corral.jcache.internal.redis.embedded;

import java.io.IOException;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.error.OsArchitectureNotFound;
import redis.embedded.error.UnknownOSName;

/**
 * The Redis program in the optional library embedded-redis. No other class links that library, so
 * all of Corral except the bundled server works without it.
 */
public final class BundledServer {

  private BundledServer() {}

  /**
   * Unpacks the program for this operating system into a directory.
   *
   * @return the path of the program
   * @throws IOException if the library has no program for this operating system
   * @throws NoClassDefFoundError if the library is not on the class path
   */
  public static Path unpack(Path directory) throws IOException {
    try {
      return ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
    } catch (OsArchitectureNotFound | UnknownOSName | NullPointerException e) {
      throw new IOException("embedded-redis has no program for this operating system", e);
    }
  }
}

package dev.corral.jcache.internal.redis.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary directory of an embedded server, with its program, its configuration and its
 * process id.
 *
 * <p>The JVM that started the server holds the lock of a file in the directory. The operating
 * system releases the lock even if the JVM is killed. A server without that lock is orphaned.
 */
public final class ServerDirectory implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServerDirectory.class);

  private static final String PREFIX = "corral-embedded-";
  private static final String LOCK = "owner.lock";
  private static final String SERVER = "server.pid";

  private final Path path;
  private final FileChannel lock;

  private ServerDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Creates a directory that only this user can read, and locks it. */
  static ServerDirectory create() throws IOException {
    Path path = Files.createTempDirectory(ownPrefix());
    FileChannel channel = FileChannel.open(path.resolve(LOCK), CREATE, WRITE);
    channel.lock();
    return new ServerDirectory(path, channel);
  }

  Path path() {
    return path;
  }

  /** Stores process id and start time of the server, so that another JVM can kill an orphan. */
  void recordProcess(ProcessHandle server) throws IOException {
    String started = server.info().startInstant().map(Instant::toString).orElse("unknown");
    Files.write(path.resolve(SERVER), List.of(Long.toString(server.pid()), started));
  }

  /** Releases the lock and removes the directory. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      log.debug("Cannot release the lock in {}", path, e);
    }
    delete(path);
  }

  /** Kills the servers of this user whose JVM was killed, and removes their directories. */
  public static void killOrphanedServers() {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path directory : directories) {
        // Closing a second channel to a lock file of this JVM would release the lock.
        if (!directory.getFileName().toString().startsWith(ownPrefix())) {
          killIfOrphaned(directory);
        }
      }
    } catch (IOException | RuntimeException e) {
      log.debug("Cannot search {} for embedded Redis servers of killed JVMs", parent, e);
    }
  }

  private static void killIfOrphaned(Path directory) {
    if (!Files.isDirectory(directory, NOFOLLOW_LINKS)
        || !Files.isRegularFile(directory.resolve(SERVER), NOFOLLOW_LINKS)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), WRITE, NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      if (lock == null || !isOwnedByThisUser(directory)) {
        return;
      }
      List<String> server = Files.readAllLines(directory.resolve(SERVER));
      Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(server.get(0)));
      if (process.isPresent() && isStartedAt(process.get(), server.get(1))) {
        log.info("Stopping the embedded Redis server {}, whose JVM was killed", server.get(0));
        process.get().destroyForcibly();
      }
    } catch (IOException | RuntimeException e) {
      log.debug("The directory {} is in use, or this user cannot read it", directory, e);
      return;
    }
    delete(directory);
  }

  private static boolean isStartedAt(ProcessHandle process, String instant) {
    return process.info().startInstant().map(Instant::toString).equals(Optional.of(instant));
  }

  private static boolean isOwnedByThisUser(Path directory) throws IOException {
    Path own = Files.createTempFile(PREFIX, ".owner");
    try {
      return Files.getOwner(directory, NOFOLLOW_LINKS).equals(Files.getOwner(own));
    } finally {
      Files.delete(own);
    }
  }

  private static String ownPrefix() {
    return PREFIX + ProcessHandle.current().pid() + "-";
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | RuntimeException e) {
      log.debug("Cannot remove all of {}", directory, e);
    }
  }
}

package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.config.SettingsResolver;
import java.io.BufferedReader;
import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where Redis is: the settings of the provider, from the same places. Options rank above all other
 * places.
 */
final class ConnectionOptions {

  @Option(
      names = {"-u", "--uri"},
      paramLabel = "<uri>",
      description =
          "Address of Redis: redis://, rediss://, redis-cluster://, redis-sentinel://. Default:"
              + " CORRAL_REDIS_URI, the file, REDIS_URL, localhost.")
  private @Nullable String uri;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "<file>",
      description = "The configuration file of the application.")
  private @Nullable Path file;

  @Option(
      names = {"-p", "--prefix"},
      paramLabel = "<text>",
      description = "The key prefix (redis.key-prefix).")
  private @Nullable String prefix;

  @Option(
      names = "--username",
      paramLabel = "<name>",
      description = "The user of Redis (redis.username).")
  private @Nullable String username;

  @Option(
      names = "--ask-password",
      description =
          "Ask for the password, or read it from standard input. Otherwise it comes from"
              + " CORRAL_REDIS_PASSWORD, the URI or the file.")
  private boolean asksPassword;

  @Option(
      names = "--class-path",
      paramLabel = "<paths>",
      description = "Jars and folders with classes of the application; <folder>/* is all its jars.")
  private @Nullable String classPath;

  /** Connects to Redis. */
  Access connect() {
    Settings settings = settings();
    return new Access(settings, Nodes.open(settings), classLoader(), properties());
  }

  private @Nullable Properties properties;

  /**
   * The settings.
   *
   * @throws ToolException if one is wrong
   */
  Settings settings() {
    try {
      return SettingsResolver.ofProcess()
          .resolve(managerUri(), file == null, classLoader(), properties());
    } catch (IllegalArgumentException e) {
      throw new ToolException(ToolException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** The URI of a cache manager with these settings. */
  URI managerUri() {
    return file == null ? SettingsResolver.DEFAULT_URI : file.toAbsolutePath().toUri();
  }

  /** The options as properties of a cache manager. */
  Properties properties() {
    if (properties == null) {
      Properties all = new Properties();
      put(all, "corral.redis.uri", uri);
      put(all, "corral.redis.key-prefix", prefix);
      put(all, "corral.redis.username", username);
      put(all, "corral.redis.password", asksPassword ? password() : null);
      properties = all;
    }
    return properties;
  }

  private static void put(Properties properties, String name, @Nullable String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }

  private static String password() {
    Console console = Terminal.console();
    if (console != null) {
      char[] typed = console.readPassword("Password of Redis: ");
      return typed == null ? "" : new String(typed);
    }
    try {
      String line = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new ToolException(ToolException.USAGE, "The password cannot be read", e);
    }
  }

  boolean hasClassPath() {
    return classPath != null;
  }

  private @Nullable ClassLoader loader;

  /** Loads classes of the application, and those of the tool. */
  ClassLoader classLoader() {
    if (loader == null) {
      ClassLoader own = ConnectionOptions.class.getClassLoader();
      loader = classPath == null ? own : URLClassLoader.newInstance(urls(classPath), own);
    }
    return loader;
  }

  private static URL[] urls(String classPath) {
    List<URL> urls = new ArrayList<>();
    for (String part : classPath.split(File.pathSeparator, -1)) {
      if (!part.isBlank()) {
        boolean isAllJars = part.endsWith("*");
        Path path = Path.of(isAllJars ? part.substring(0, part.length() - 1) : part);
        if (!Files.exists(path)) {
          throw new ToolException(ToolException.USAGE, "--class-path: there is no file " + path);
        }
        (isAllJars ? jars(path) : List.of(path)).forEach(it -> urls.add(url(it)));
      }
    }
    return urls.toArray(URL[]::new);
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(it -> it.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new ToolException(ToolException.USAGE, "--class-path: cannot read " + folder, e);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new ToolException(ToolException.USAGE, "--class-path: " + path, e);
    }
  }
}

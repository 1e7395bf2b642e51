package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of settings: HOCON, or JSON or properties by its extension. Only this file and what it
 * includes is read, never the application's own {@code application.conf} or {@code reference.conf}.
 */
final class ConfigurationFile {

  /** The resource that is read when no other file is named. */
  static final String DEFAULT_RESOURCE = "corral.conf";

  private ConfigurationFile() {}

  /** The settings of {@link #DEFAULT_RESOURCE}, or nothing if there is no such resource. */
  static Optional<Config> loadDefault(ClassLoader loader, Map<String, String> environment) {
    URL url = resource(DEFAULT_RESOURCE, loader);
    return url == null ? Optional.empty() : Optional.of(read(url, loader, environment));
  }

  /**
   * The settings of the file at {@code file:}, {@code classpath:}, {@code jar:} or another URL, or
   * of the resource that a URI without a scheme names.
   *
   * @param environment what {@code ${?NAME}} stands for
   * @throws IllegalArgumentException if there is no such file or it has a mistake; the message
   *     names file, line and path
   */
  static Config load(URI uri, ClassLoader loader, Map<String, String> environment) {
    return read(locate(uri, loader), loader, environment);
  }

  private static URL locate(URI uri, ClassLoader loader) {
    String scheme = uri.getScheme();
    if (scheme == null || scheme.equalsIgnoreCase("classpath")) {
      String name = uri.getSchemeSpecificPart().replaceFirst("^/+", "");
      URL url = resource(name, loader);
      if (url == null) {
        throw new IllegalArgumentException(
            ("There is no configuration file %s on the class path; the URI of the cache manager is a"
                    + " resource's name, classpath:name, file:/path, or a Redis such as"
                    + " redis://localhost:6379")
                .formatted(name));
      }
      return url;
    }
    try {
      return scheme.equalsIgnoreCase("file") ? fileUrl(uri) : uri.toURL();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          ("The URI of the cache manager %s is neither a Redis, such as redis://localhost:6379 or"
                  + " embedded:/, nor a file, such as file:/path/corral.conf or classpath:corral.conf")
              .formatted(RedisUri.masked(uri.toString())),
          e);
    }
  }

  private static URL fileUrl(URI uri) throws MalformedURLException {
    Path path = uri.isOpaque() ? Path.of(uri.getSchemeSpecificPart()) : Path.of(uri);
    if (!Files.isRegularFile(path)) {
      throw missing(path.toAbsolutePath().toString(), null);
    }
    return path.toUri().toURL();
  }

  private static @Nullable URL resource(String name, ClassLoader loader) {
    URL url = loader.getResource(name);
    ClassLoader own = ConfigurationFile.class.getClassLoader();
    return url == null && own != null ? own.getResource(name) : url;
  }

  private static Config read(URL url, ClassLoader loader, Map<String, String> environment) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setAllowMissing(false).setClassLoader(loader);
    try {
      Config resolved = resolve(ConfigFactory.parseURL(url, options), environment);
      KnownSettings.requireKnown(resolved);
      return resolved;
    } catch (ConfigException.IO e) {
      throw missing(url.toString(), e);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "The configuration file " + url + " has a mistake: " + e.getMessage(), e);
    }
  }

  private static Config resolve(Config file, Map<String, String> environment) {
    ConfigObject variables = ConfigValueFactory.fromMap(environment, "environment");
    ConfigObject resolved =
        file.withFallback(variables).resolve(ConfigResolveOptions.noSystem()).root();
    for (String variable : environment.keySet()) {
      if (!file.root().containsKey(variable)) {
        resolved = resolved.withoutKey(variable);
      }
    }
    return resolved.toConfig();
  }

  private static IllegalArgumentException missing(String file, @Nullable Exception cause) {
    String why = cause != null && cause.getCause() instanceof IOException io ? ": " + io : "";
    return new IllegalArgumentException(
        "The configuration file " + file + " cannot be read" + why, cause);
  }
}

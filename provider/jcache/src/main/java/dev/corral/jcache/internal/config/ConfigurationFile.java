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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads a file of settings: HOCON by default, JSON or properties by its extension. It reads only
 * this file and its includes, never the {@code application.conf} or {@code reference.conf} of the
 * application.
 */
final class ConfigurationFile {

  /** The resource that is read if the URI of the cache manager does not name a file. */
  static final String DEFAULT_RESOURCE = "corral.conf";

  private static final Pattern QUOTE = Pattern.compile("['\"]([^'\"\\n]{2,})['\"]");

  private ConfigurationFile() {}

  /** The settings in {@link #DEFAULT_RESOURCE}; empty if there is no such resource. */
  static Optional<Config> loadDefault(ClassLoader loader, Map<String, String> environment) {
    URL url = resource(DEFAULT_RESOURCE, loader);
    return url == null ? Optional.empty() : Optional.of(read(url, loader, environment));
  }

  /**
   * The settings in a file.
   *
   * @param uri {@code file:}, {@code classpath:}, {@code jar:} or another URL; without a scheme,
   *     the name of a resource
   * @param environment the variables for {@code ${?NAME}}
   * @throws IllegalArgumentException if the file does not exist, is malformed, or has an unknown
   *     setting; the message names file, line and setting
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
            ("The configuration file %s is not on the class path; the URI of the cache manager must"
                    + " be the name of a resource, classpath:name, file:/path, or the address of a"
                    + " Redis, such as redis://localhost:6379")
                .formatted(name));
      }
      return url;
    }
    try {
      return scheme.equalsIgnoreCase("file") ? fileUrl(uri) : uri.toURL();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          ("The URI of the cache manager, %s, is neither a Redis, such as redis://localhost:6379"
                  + " or embedded:/, nor a file, such as file:/path/corral.conf or"
                  + " classpath:corral.conf")
              .formatted(Secrets.maskedText(uri.toString())),
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
    ClassLoader corral = ConfigurationFile.class.getClassLoader();
    return url == null && corral != null ? corral.getResource(name) : url;
  }

  private static Config read(URL url, ClassLoader loader, Map<String, String> environment) {
    String name = Secrets.maskedText(url.toString());
    boolean hasSecret = !name.equals(url.toString());
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setAllowMissing(false)
            .setClassLoader(loader)
            .setOriginDescription(hasSecret ? name : null);
    try {
      Config resolved = resolve(ConfigFactory.parseURL(url, options), environment);
      KnownSettings.requireKnown(resolved);
      return resolved;
    } catch (ConfigException.IO e) {
      throw missing(name, hasSecret ? null : e);
    } catch (ConfigException e) {
      // Without the cause, whose message may quote a password.
      throw new IllegalArgumentException(
          "The configuration file "
              + name
              + " is malformed: "
              + withoutQuotes(e).replace(url.toString(), name));
    }
  }

  /** The message without what it quotes from the file, except for names of settings. */
  private static String withoutQuotes(ConfigException e) {
    return QUOTE
        .matcher(String.valueOf(e.getMessage()))
        .replaceAll(
            it ->
                KnownSettings.NAMES.contains(it.group(1))
                    ? Matcher.quoteReplacement(it.group())
                    : "'***'");
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

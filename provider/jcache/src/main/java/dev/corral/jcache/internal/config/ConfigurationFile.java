package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
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
  static Optional<SettingsLayer> loadDefault(ClassLoader loader, Map<String, String> environment) {
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
  static SettingsLayer load(URI uri, ClassLoader loader, Map<String, String> environment) {
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
    return path.toUri().toURL();
  }

  private static void requireReadable(Path path) {
    String file = path.toAbsolutePath().toString();
    if (Files.isDirectory(path)) {
      throw unreadable(
          file, "it is a directory; name a file in it, such as file:/path/corral.conf");
    }
    if (!Files.exists(path)) {
      throw unreadable(file, "it does not exist; check the URI of the cache manager");
    }
    if (!Files.isReadable(path)) {
      throw unreadable(
          file,
          "the user '%s' may not read it; check the rights of the file"
              .formatted(System.getProperty("user.name")));
    }
  }

  private static @Nullable URL resource(String name, ClassLoader loader) {
    URL url = loader.getResource(name);
    ClassLoader corral = ConfigurationFile.class.getClassLoader();
    return url == null && corral != null ? corral.getResource(name) : url;
  }

  private static SettingsLayer read(URL url, ClassLoader loader, Map<String, String> environment) {
    String name = Secrets.maskedText(url.toString());
    boolean hasSecret = !name.equals(url.toString());
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setAllowMissing(false)
            .setClassLoader(loader)
            .setOriginDescription(hasSecret ? name : null);
    try {
      if (url.getProtocol().equals("file")) {
        requireReadable(Path.of(url.toURI()));
      }
      Config resolved = resolve(ConfigFactory.parseURL(url, options), environment);
      return SettingsLayer.ofFile(withoutOuterBlock(resolved.root()));
    } catch (URISyntaxException e) {
      throw unreadable(name, "its name is no valid URL; use names without blanks");
    } catch (ConfigException.IO e) {
      // Of a URL with a secret neither cause nor message, which may quote it.
      String why = e.getCause() == null ? String.valueOf(e.getMessage()) : "" + e.getCause();
      IllegalArgumentException unreadable =
          unreadable(name, hasSecret ? "check the URL and its login" : why);
      unreadable.initCause(hasSecret ? null : e);
      throw unreadable;
    } catch (ConfigException e) {
      // Without the cause, whose message may quote a password.
      throw new IllegalArgumentException(
          "The configuration file "
              + name
              + " is malformed: "
              + withoutQuotes(e).replace(url.toString(), name));
    }
  }

  /** The block {@code corral} of a file, whose other blocks are not Corral's; else the file. */
  private static ConfigObject withoutOuterBlock(ConfigObject file) {
    if (!(file.get("corral") instanceof ConfigObject block)) {
      return file;
    }
    for (String name : KnownSettings.BLOCKS) {
      ConfigValue beside = file.get(name);
      if (beside != null) {
        throw new IllegalArgumentException(
            ("%s: the block %s is not in the block corral; put all settings into the block corral,"
                    + " or omit it")
                .formatted(beside.origin().description(), name));
      }
    }
    return block;
  }

  /** The message without what it quotes from the file, except for names of settings. */
  private static String withoutQuotes(ConfigException e) {
    return QUOTE
        .matcher(String.valueOf(e.getMessage()))
        .replaceAll(
            it ->
                KnownSettings.find(KnownSettings.split(it.group(1))) != null
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

  private static IllegalArgumentException unreadable(String file, String why) {
    return new IllegalArgumentException(
        "The configuration file " + file + " cannot be read: " + why);
  }
}

package dev.corral.jcache.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces the secrets in settings and URIs by {@code ***}, so that names, messages and logs have
 * none.
 */
public final class Secrets {

  static final String MASK = "***";

  private static final Pattern MASKED = Pattern.compile("\\*\\*\\*[0-9]*");

  /** What precedes the login in a text that is meant to be a URI. */
  private static final Pattern SCHEME =
      Pattern.compile(
          "(?i)\\A(?:(?:redis|valkey)s?(?:-cluster|-sentinel)?:/*|[a-z][a-z0-9+.:-]*://)");

  /** A URI with an authority: what precedes it, the authority, the rest. */
  private static final Pattern WITH_AUTHORITY =
      Pattern.compile("\\A([^/?#]+://)([^/?#]*)(.*)\\z", Pattern.DOTALL);

  private static final Pattern SENTINEL =
      Pattern.compile("(?i)\\A(?:redis|valkey)s?-sentinel://.*", Pattern.DOTALL);

  private static final Pattern PARAMETER = Pattern.compile("([?&;])([^=&;]*)=([^&;#]*)");

  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i)passw|pwd|secret|token|credential|api[-_]?key|encryption|signature");

  private Secrets() {}

  /** Whether the value of a setting is a secret. */
  static boolean isSecret(String setting) {
    return setting.endsWith("password")
        || setting.contains("encryption.keys")
        || KnownSettings.isSecret(setting);
  }

  /**
   * A text that is meant to be a URI, for a message. Nothing before the last {@code @} is shown,
   * since the login of a malformed URI may begin anywhere.
   */
  public static String maskedText(String text) {
    int login = text.lastIndexOf('@');
    int query = text.indexOf('?');
    if (login >= 0 && query >= 0 && login > query && SECRET_NAME.matcher(text).find()) {
      // Either the password has a ?, or a parameter has an @: nothing of both is shown.
      return scheme(text) + MASK;
    }
    String shown = login < 0 ? text : scheme(text) + MASK + text.substring(login);
    return parametersReplaced(shown, secret -> MASK);
  }

  private static String scheme(String text) {
    Matcher scheme = SCHEME.matcher(text);
    return scheme.find() ? scheme.group() : "";
  }

  /**
   * A URI with the mask in place of its secrets, to name a cache manager; the URI itself if it has
   * none. User name, host and all other parts are kept.
   *
   * @param number distinguishes URIs that differ only in their secrets; 1 for the first
   */
  public static URI masked(URI uri, int number) {
    String text = uri.toString();
    String mask = number == 1 ? MASK : MASK + number;
    String masked = replaced(text, secret -> mask);
    return masked.equals(text) ? uri : URI.create(masked);
  }

  /** Whether a URI has the mask in place of a secret. */
  public static boolean isMasked(URI uri) {
    AtomicBoolean found = new AtomicBoolean();
    var unused =
        replaced(
            uri.toString(),
            secret -> {
              found.compareAndSet(false, MASKED.matcher(secret).matches());
              return secret;
            });
    return found.get();
  }

  /** A copy of properties with the mask in place of the secrets among Corral's settings. */
  public static Properties masked(Properties properties) {
    Properties copy = new Properties();
    properties.forEach((name, value) -> copy.put(name, maskedValue(name, value)));
    return copy;
  }

  private static Object maskedValue(Object name, Object value) {
    if (!(name instanceof String property)
        || !(value instanceof String text)
        || !property.startsWith(KnownSettings.PREFIX)) {
      return value;
    }
    String setting = property.substring(KnownSettings.PREFIX.length());
    return isSecret(setting)
        ? MASK
        : setting.equals(KnownSettings.URI) ? replaced(text, secret -> MASK) : value;
  }

  private static String replaced(String text, UnaryOperator<String> replacement) {
    Matcher parts = WITH_AUTHORITY.matcher(text);
    String shown = text;
    if (parts.matches()) {
      boolean isSentinel = SENTINEL.matcher(text).matches();
      shown = parts.group(1) + login(parts.group(2), isSentinel, replacement) + parts.group(3);
    }
    return parametersReplaced(shown, replacement);
  }

  /** Replaces the password of an authority; the login of sentinels precedes the master's name. */
  private static String login(
      String authority, boolean isSentinel, UnaryOperator<String> replacement) {
    int end = authority.lastIndexOf('@');
    if (isSentinel && end >= 0) {
      end = authority.lastIndexOf('@', end - 1);
    }
    int colon = authority.indexOf(':');
    return end < 0 || colon < 0 || colon > end
        ? authority
        : authority.substring(0, colon + 1)
            + replacement.apply(authority.substring(colon + 1, end))
            + authority.substring(end);
  }

  private static String parametersReplaced(String text, UnaryOperator<String> replacement) {
    return PARAMETER
        .matcher(text)
        .replaceAll(
            it -> {
              boolean secret = SECRET_NAME.matcher(decoded(it.group(2))).find();
              String value = secret ? replacement.apply(it.group(3)) : it.group(3);
              return Matcher.quoteReplacement(it.group(1) + it.group(2) + "=" + value);
            });
  }

  private static String decoded(String name) {
    try {
      return URLDecoder.decode(name, UTF_8);
    } catch (IllegalArgumentException e) {
      return name;
    }
  }
}

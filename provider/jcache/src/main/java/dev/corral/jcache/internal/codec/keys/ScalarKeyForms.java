package dev.corral.jcache.internal.codec.keys;

import static dev.corral.jcache.internal.codec.keys.KeyForm.leaf;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The forms of the JDK's scalar classes, such as numbers, dates and UUIDs.
 *
 * <p>A form belongs to exactly one class, because a subclass may define equality differently. A
 * {@code java.util.Date} and a {@code java.sql.Date} of the same instant are different keys, though
 * they are equal in the JDK: a cache has to return keys of the class that was put.
 */
@SuppressWarnings("JavaUtilDate")
final class ScalarKeyForms {

  private static final int DOUBLE_DIGITS = 17;

  /** 10,000 decimal digits. */
  private static final int MAX_BITS = 33_219;

  /** 10,000 digits with their sign, point and exponent. */
  private static final int MAX_NUMBER_LENGTH = 10_030;

  private ScalarKeyForms() {}

  /** The forms by their classes, in a map that the caller may change. */
  static Map<Class<?>, KeyForm> byClass() {
    Map<Class<?>, KeyForm> forms = new LinkedHashMap<>();
    addNumbers(forms);
    addTimes(forms);
    addDates(forms);
    addNames(forms);
    return forms;
  }

  private static void addNumbers(Map<Class<?>, KeyForm> forms) {
    forms.put(Integer.class, leaf("int", String::valueOf, Integer::valueOf));
    forms.put(Short.class, leaf("short", String::valueOf, Short::valueOf));
    forms.put(Byte.class, leaf("byte", String::valueOf, Byte::valueOf));
    forms.put(Double.class, leaf("double", ScalarKeyForms::print, Double::valueOf));
    forms.put(Float.class, leaf("float", ScalarKeyForms::print, Float::valueOf));
    forms.put(
        BigInteger.class,
        leaf(
            "bigint",
            (BigInteger number) -> requireShort(number).toString(),
            text -> new BigInteger(requireShort(text))));
    forms.put(
        BigDecimal.class,
        leaf(
            "decimal",
            (BigDecimal number) -> {
              requireShort(number.unscaledValue());
              return number.toString();
            },
            text -> new BigDecimal(requireShort(text))));
    forms.put(Boolean.class, leaf("boolean", String::valueOf, Boolean::valueOf));
    forms.put(Character.class, leaf("char", String::valueOf, text -> text.charAt(0)));
  }

  private static void addTimes(Map<Class<?>, KeyForm> forms) {
    forms.put(Instant.class, leaf("instant", String::valueOf, Instant::parse));
    forms.put(LocalDate.class, leaf("local-date", String::valueOf, LocalDate::parse));
    forms.put(LocalTime.class, leaf("local-time", String::valueOf, LocalTime::parse));
    forms.put(LocalDateTime.class, leaf("local-date-time", String::valueOf, LocalDateTime::parse));
    forms.put(OffsetTime.class, leaf("offset-time", String::valueOf, OffsetTime::parse));
    forms.put(
        OffsetDateTime.class, leaf("offset-date-time", String::valueOf, OffsetDateTime::parse));
    forms.put(ZonedDateTime.class, leaf("zoned-date-time", String::valueOf, ZonedDateTime::parse));
    forms.put(Duration.class, leaf("duration", String::valueOf, Duration::parse));
    forms.put(Period.class, leaf("period", String::valueOf, Period::parse));
    forms.put(MonthDay.class, leaf("month-day", String::valueOf, MonthDay::parse));
    forms.put(Year.class, leaf("year", String::valueOf, text -> Year.of(Integer.parseInt(text))));
    forms.put(
        YearMonth.class,
        leaf(
            "year-month",
            (YearMonth month) -> month.getYear() > 9999 ? "+" + month : month.toString(),
            YearMonth::parse));
    KeyForm zone = leaf("zone", ZoneId::getId, ZoneId::of);
    forms.put(ZoneOffset.class, zone);
    forms.put(ZoneId.of("Europe/Berlin").getClass(), zone);
  }

  private static void addDates(Map<Class<?>, KeyForm> forms) {
    forms.put(Date.class, leaf("date", ScalarKeyForms::instant, text -> new Date(millis(text))));
    forms.put(
        java.sql.Date.class,
        leaf("sql-date", ScalarKeyForms::instant, text -> new java.sql.Date(millis(text))));
    forms.put(
        java.sql.Time.class,
        leaf("sql-time", ScalarKeyForms::instant, text -> new java.sql.Time(millis(text))));
    forms.put(
        Timestamp.class,
        leaf(
            "sql-timestamp",
            (Timestamp time) -> time.toInstant().toString(),
            text -> Timestamp.from(Instant.parse(text))));
  }

  private static void addNames(Map<Class<?>, KeyForm> forms) {
    forms.put(UUID.class, leaf("uuid", String::valueOf, UUID::fromString));
    forms.put(Currency.class, leaf("currency", Currency::getCurrencyCode, Currency::getInstance));
    forms.put(Locale.class, leaf("locale", ScalarKeyForms::print, ScalarKeyForms::locale));
    forms.put(URI.class, leaf("uri", ScalarKeyForms::print, URI::create));
    forms.put(
        byte[].class,
        leaf(
            "bytes",
            (byte[] bytes) -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
            text -> Base64.getUrlDecoder().decode(text)));
  }

  private static String instant(Date date) {
    return Instant.ofEpochMilli(date.getTime()).toString();
  }

  private static long millis(String text) {
    return Instant.parse(text).toEpochMilli();
  }

  /** The time to print or parse a number grows with the square of its length. */
  private static BigInteger requireShort(BigInteger number) {
    if (number.bitLength() > MAX_BITS) {
      throw new IllegalArgumentException("a number of more than 10000 digits is no key");
    }
    return number;
  }

  private static String requireShort(String number) {
    if (number.length() > MAX_NUMBER_LENGTH) {
      throw new IllegalArgumentException("a number of more than 10000 digits is no key");
    }
    return number;
  }

  /**
   * The exact decimal value if it is short, otherwise hexadecimal. {@code Double.toString} is not
   * used, because its result differs between releases of the JDK.
   */
  private static String print(Double number) {
    String exact = exact(number);
    return exact != null ? exact : Double.toHexString(number);
  }

  private static String print(Float number) {
    String exact = exact(number.doubleValue());
    return exact != null ? exact : Float.toHexString(number);
  }

  private static @Nullable String exact(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number) || number == 0) {
      return null;
    }
    BigDecimal exact = new BigDecimal(number);
    return exact.precision() <= DOUBLE_DIGITS ? exact.toString() : null;
  }

  private static String print(Locale locale) {
    String tag = locale.toLanguageTag();
    if (Locale.forLanguageTag(tag).equals(locale)) {
      return tag;
    }
    String plain = locale.getLanguage() + "_" + locale.getCountry() + "_" + locale.getVariant();
    if (!locale(plain).equals(locale)) {
      throw new IllegalArgumentException("a Locale that is not well-formed has no canonical text");
    }
    return plain;
  }

  @SuppressWarnings("deprecation")
  private static Locale locale(String text) {
    if (text.indexOf('_') < 0) {
      return Locale.forLanguageTag(text);
    }
    String[] parts = text.split("_", 3);
    return new Locale(parts[0], parts[1], parts[2]);
  }

  /** A URI normalized as its {@code equals} compares: scheme, host and escapes ignore case. */
  private static String print(URI uri) {
    StringBuilder text = new StringBuilder();
    if (uri.getScheme() != null) {
      text.append(uri.getScheme().toLowerCase(Locale.ROOT)).append(':');
    }
    if (uri.isOpaque()) {
      text.append(uri.getRawSchemeSpecificPart());
    } else {
      if (uri.getHost() != null) {
        text.append("//");
        text.append(uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@");
        text.append(uri.getHost().toLowerCase(Locale.ROOT));
        text.append(uri.getPort() < 0 ? "" : ":" + uri.getPort());
      } else if (uri.getRawAuthority() != null) {
        text.append("//").append(uri.getRawAuthority());
      } else if (uri.getRawPath().startsWith("//")) {
        text.append("//");
      }
      text.append(uri.getRawPath());
      text.append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }
    text.append(uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment());
    for (int at = text.indexOf("%"); at >= 0; at = text.indexOf("%", at + 1)) {
      for (int i = at + 1; i <= at + 2 && i < text.length(); i++) {
        text.setCharAt(i, Character.toUpperCase(text.charAt(i)));
      }
    }
    return text.toString();
  }
}

package dev.corral.jcache.internal.pipeline.near;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The classes whose objects are immutable, so that all readers can share one object: strings,
 * numbers, times and other value classes of the JDK, enums, records with only such components, and
 * the classes that the user has named. Values of all other classes are decoded for every reader.
 */
final class ImmutableTypes {

  private static final Set<Class<?>> OF_THE_JDK =
      Set.of(
          String.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          URI.class,
          Locale.class,
          Currency.class,
          Instant.class,
          Duration.class,
          Period.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class,
          ZoneOffset.class,
          Year.class,
          YearMonth.class,
          MonthDay.class,
          Month.class,
          DayOfWeek.class);

  private final Set<Class<?>> named;

  private final ClassValue<Boolean> results =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return isImmutable(type, new HashSet<>());
        }
      };

  /**
   * @param named the classes that the user has declared to be immutable
   */
  ImmutableTypes(Set<Class<?>> named) {
    this.named = Set.copyOf(named);
  }

  /** Whether this value is immutable. */
  boolean contains(Object value) {
    return results.get(value.getClass());
  }

  /**
   * Checks a class. For a record, the declared types of its components decide, because other
   * instances may have components of other classes.
   *
   * @param assumed records that are being checked, and so are assumed to be immutable if they
   *     contain themselves
   */
  private boolean isImmutable(Class<?> type, Set<Class<?>> assumed) {
    if (type.isPrimitive()
        || Enum.class.isAssignableFrom(type)
        || OF_THE_JDK.contains(type)
        || named.contains(type)
        || assumed.contains(type)) {
      return true;
    }
    if (!type.isRecord()) {
      return false;
    }
    assumed.add(type);
    return Stream.of(type.getRecordComponents())
        .allMatch(component -> isImmutable(component.getType(), assumed));
  }
}

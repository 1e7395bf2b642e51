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
 * Which values can be handed out again and again, because nobody can change them: strings, numbers,
 * times and other such values of the JDK, enums, records of nothing else, and the classes that the
 * user names. All others are decoded anew for every reader.
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

  private final ClassValue<Boolean> known =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return isImmutable(type, new HashSet<>());
        }
      };

  /**
   * @param named the classes that the user vouches for
   */
  ImmutableTypes(Set<Class<?>> named) {
    this.named = Set.copyOf(named);
  }

  /** Whether nobody can change this value. */
  boolean contains(Object value) {
    return known.get(value.getClass());
  }

  /**
   * Of a record the declared types count, since these are all that is known of other instances.
   *
   * @param assumed records that are being looked at, which may contain themselves
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

package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Serial;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.HijrahDate;
import java.time.chrono.JapaneseDate;
import java.time.chrono.MinguoDate;
import java.time.chrono.ThaiBuddhistDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.WeekFields;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of the JDK at their edges: equal, and with the same behavior. */
@NullUnmarked
@SuppressWarnings({
  "JavaUtilDate",
  "deprecation",
  "serial",
  "unused",
  "GetClassOnEnum",
  "AddressSelection",
  "JdkObsolete"
})
class JdkValueTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final LocalDateTime OVERLAP = LocalDateTime.of(2024, 10, 27, 2, 30);
  private static final LocalDateTime GAP = LocalDateTime.of(2024, 3, 31, 2, 30);

  enum Level {
    LOW,
    HIGH {
      @Override
      public String toString() {
        return "high";
      }
    }
  }

  static final class Price extends BigDecimal {
    @Serial private static final long serialVersionUID = 1;
    private final String currency;

    Price(String value, String currency) {
      super(value);
      this.currency = currency;
    }
  }

  static Stream<Object> times() {
    ZonedDateTime later = ZonedDateTime.of(OVERLAP, BERLIN).withLaterOffsetAtOverlap();
    return Stream.of(
        ZonedDateTime.of(OVERLAP, BERLIN),
        later,
        ZonedDateTime.of(GAP, BERLIN),
        ZonedDateTime.of(OVERLAP, ZoneOffset.ofHours(1)),
        ZonedDateTime.of(OVERLAP, ZoneOffset.UTC),
        ZonedDateTime.of(OVERLAP, ZoneId.of("UTC+01:00")),
        ZonedDateTime.of(OVERLAP, ZoneId.ofOffset("GMT", ZoneOffset.ofHours(-7))),
        ZonedDateTime.of(LocalDateTime.MIN, ZoneOffset.MAX),
        ZonedDateTime.of(LocalDateTime.MAX, ZoneOffset.MIN),
        ZonedDateTime.of(LocalDateTime.of(1890, 1, 1, 0, 0), ZoneId.of("Europe/Amsterdam")),
        OffsetDateTime.MIN,
        OffsetDateTime.MAX,
        OffsetTime.MIN,
        OffsetTime.MAX,
        OffsetTime.of(23, 59, 59, 1, ZoneOffset.ofHoursMinutesSeconds(-1, -2, -3)),
        ZoneOffset.ofHours(18),
        ZoneOffset.ofHours(-18),
        ZoneOffset.ofTotalSeconds(1),
        ZoneId.of("America/Argentina/ComodRivadavia"),
        ZoneId.of("UT"),
        Instant.MIN,
        Instant.MAX,
        Instant.EPOCH.minusNanos(1),
        Duration.ofSeconds(Long.MIN_VALUE),
        Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
        Duration.ofNanos(-1),
        Period.of(Integer.MIN_VALUE, -1, Integer.MAX_VALUE),
        Period.ofDays(-3),
        LocalDate.MIN,
        LocalDate.MAX,
        LocalDate.of(-1, 2, 28),
        LocalTime.MIN,
        LocalTime.MAX,
        LocalTime.of(0, 0, 0, 1),
        LocalDateTime.MIN,
        LocalDateTime.MAX,
        Year.of(Year.MIN_VALUE),
        Year.of(Year.MAX_VALUE),
        YearMonth.of(Year.MIN_VALUE, 12),
        YearMonth.of(Year.MAX_VALUE, 1),
        MonthDay.of(2, 29),
        DayOfWeek.SUNDAY,
        Month.FEBRUARY,
        ChronoUnit.FOREVER,
        WeekFields.ISO,
        WeekFields.of(DayOfWeek.SATURDAY, 3),
        JapaneseDate.of(2019, 5, 1),
        HijrahDate.of(1445, 9, 1),
        ThaiBuddhistDate.of(2567, 2, 29),
        MinguoDate.of(113, 2, 29),
        JapaneseDate.of(2019, 5, 1).atTime(LocalTime.NOON),
        JapaneseDate.of(2019, 5, 1).atTime(LocalTime.NOON).atZone(BERLIN));
  }

  static Stream<Object> others() {
    BitSet bits = new BitSet();
    bits.set(63);
    bits.set(1_000);
    bits.clear(1_000);
    return Stream.of(
        new BigDecimal("0.00"),
        new BigDecimal("0E+5"),
        new BigDecimal("1E+1000"),
        new BigDecimal("-1E-1000"),
        new BigDecimal(BigInteger.valueOf(Long.MIN_VALUE), -3),
        new BigDecimal(BigInteger.ONE.shiftLeft(63), Integer.MIN_VALUE + 1),
        new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
        BigInteger.ZERO,
        BigInteger.ONE.shiftLeft(10_000).negate(),
        MathContext.DECIMAL128,
        new UUID(-1, Long.MIN_VALUE),
        URI.create("urn:isbn:096139210x"),
        URI.create(""),
        Currency.getInstance("XXX"),
        Locale.ROOT,
        new Locale("no", "NO", "NY"),
        new Locale("ja", "JP", "JP"),
        new Locale("de", "", "POSIX_X"),
        Locale.forLanguageTag("sr-Latn-RS"),
        Locale.forLanguageTag("th-TH-u-ca-buddhist-nu-thai-x-private"),
        new Locale("iw"),
        bits,
        new BitSet(),
        Optional.of(Optional.empty()),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.of(Integer.MIN_VALUE),
        OptionalLong.of(Long.MIN_VALUE),
        OptionalDouble.of(Double.NaN),
        OptionalDouble.of(-0.0),
        Double.NaN,
        -0.0f,
        Character.MAX_VALUE,
        new Date(Long.MIN_VALUE),
        new java.sql.Date(-1),
        new java.sql.Time(-1),
        new Timestamp(-1),
        new InetSocketAddress("127.0.0.1", 80),
        InetSocketAddress.createUnresolved("no.such.host", 1),
        TimeUnit.DAYS,
        Level.class,
        Level.HIGH.getClass(),
        int.class,
        Integer.class,
        void.class,
        int[][].class,
        Level[].class,
        List.class);
  }

  @ParameterizedTest
  @MethodSource({"times", "others"})
  void decode_valueAtAnEdge_isEqual(Object value) {
    Object read = RoundTrip.of(value);

    assertThat(read).isEqualTo(value).hasSameClassAs(value).hasToString(value.toString());
    assertThat(read.hashCode()).isEqualTo(value.hashCode());
  }

  @Test
  void decode_laterOffsetOfAnOverlap_isTheSameInstant() {
    ZonedDateTime later = ZonedDateTime.of(OVERLAP, BERLIN).withLaterOffsetAtOverlap();

    assertThat(RoundTrip.of(later).toInstant()).isEqualTo(later.toInstant());
    assertThat(RoundTrip.of(later.withEarlierOffsetAtOverlap()).getOffset())
        .isEqualTo(ZoneOffset.ofHours(2));
  }

  @Test
  void decode_timestampAtAnEdge_keepsItsNanoseconds() {
    for (String text :
        List.of("1969-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00.000000001Z")) {
      Timestamp timestamp = Timestamp.from(Instant.parse(text));
      assertThat(RoundTrip.of(timestamp)).isEqualTo(timestamp);
      assertThat(RoundTrip.of(timestamp).getNanos()).isEqualTo(timestamp.getNanos());
    }
  }

  @Test
  void decode_subclassOfAValue_keepsItsClassAndFields() {
    Price price = RoundTrip.of(new Price("1.50", "EUR"));

    assertThat(price).isEqualTo(new BigDecimal("1.50"));
    assertThat(price.currency).isEqualTo("EUR");
  }

  @Test
  void decode_calendar_behavesAlike() {
    GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"));
    calendar.setGregorianChange(new Date(0));
    calendar.setLenient(false);
    calendar.setFirstDayOfWeek(Calendar.WEDNESDAY);
    calendar.setMinimalDaysInFirstWeek(5);
    calendar.set(1960, Calendar.FEBRUARY, 28, 1, 2, 3);

    GregorianCalendar read = RoundTrip.of(calendar);

    assertThat(read).isEqualTo(calendar);
    assertThat(read.getGregorianChange()).isEqualTo(new Date(0));
    assertThat(read.isLenient()).isFalse();
    assertThat(read.getTimeZone()).isEqualTo(calendar.getTimeZone());
    assertThat(read.get(Calendar.WEEK_OF_YEAR)).isEqualTo(calendar.get(Calendar.WEEK_OF_YEAR));
    assertThat(read.getTime()).isEqualTo(calendar.getTime());
    read.set(Calendar.MONTH, 12);
    assertThatThrownBy(read::getTime).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void decode_calendarWithUnsetFields_isEqual() {
    Calendar calendar = Calendar.getInstance(TimeZone.getTimeZone("UTC"), Locale.ROOT);
    calendar.clear();
    calendar.set(Calendar.YEAR, 2_000);
    Calendar buddhist = Calendar.getInstance(Locale.forLanguageTag("th-TH-u-ca-buddhist"));
    Calendar japanese = Calendar.getInstance(Locale.forLanguageTag("ja-JP-u-ca-japanese"));

    for (Calendar each : List.of(calendar, buddhist, japanese)) {
      Calendar read = RoundTrip.of(each);
      assertThat(read).isEqualTo(each).hasSameClassAs(each);
      assertThat(read.get(Calendar.YEAR)).isEqualTo(each.get(Calendar.YEAR));
      assertThat(read.getTimeInMillis()).isEqualTo(each.getTimeInMillis());
    }
  }

  @Test
  void decode_timeZone_hasTheSameRules() {
    TimeZone own =
        new SimpleTimeZone(
            3_600_000, "own", Calendar.MARCH, -1, Calendar.SUNDAY, 0, Calendar.MAY, 8, -1, 60_000);
    TimeZone shifted = TimeZone.getTimeZone("Europe/Berlin");
    shifted.setRawOffset(7_000);
    TimeZone renamed = TimeZone.getTimeZone("Europe/Berlin");
    renamed.setID("mine");
    for (TimeZone zone :
        List.of(own, shifted, renamed, TimeZone.getTimeZone("GMT-03:30"), TimeZone.getDefault())) {
      TimeZone read = RoundTrip.of(zone);
      assertThat(read).isEqualTo(zone);
      assertThat(read.getID()).isEqualTo(zone.getID());
      for (long day = 0; day < 365; day++) {
        long time = Duration.ofDays(20_000 + day).toMillis();
        assertThat(read.getOffset(time)).isEqualTo(zone.getOffset(time));
      }
    }
  }

  @Test
  void decode_pattern_matchesAlike() {
    for (Pattern pattern :
        List.of(
            Pattern.compile("a(?i)b"),
            Pattern.compile("a.b", Pattern.LITERAL),
            Pattern.compile("a # comment", Pattern.COMMENTS | Pattern.CASE_INSENSITIVE),
            Pattern.compile("[\\w]+", Pattern.UNICODE_CHARACTER_CLASS))) {
      Pattern read = RoundTrip.of(pattern);
      assertThat(read.pattern()).isEqualTo(pattern.pattern());
      for (String text : List.of("ab", "aB", "Ab", "AB", "a.b", "axb", "a", "A", "é")) {
        assertThat(read.matcher(text).matches()).isEqualTo(pattern.matcher(text).matches());
      }
    }
    Pattern shared = Pattern.compile("a");
    List<Pattern> both = RoundTrip.of(List.of(shared, shared));
    assertThat(both.get(0)).isSameAs(both.get(1));
  }

  @Test
  void decode_holder_hasTheSameContent() throws Exception {
    LongAdder adder = new LongAdder();
    adder.add(7);

    assertThat(RoundTrip.of(new AtomicBoolean(true)).get()).isTrue();
    assertThat(RoundTrip.of(new AtomicLong(-1)).get()).isEqualTo(-1);
    assertThat(RoundTrip.of(new AtomicReference<>(List.of(1))).get()).isEqualTo(List.of(1));
    assertThat(RoundTrip.of(new AtomicReference<>()).get()).isNull();
    assertThat(RoundTrip.of(new AtomicIntegerArray(new int[] {1, 2})).get(1)).isEqualTo(2);
    assertThat(RoundTrip.of(adder).sum()).isEqualTo(7);
    assertThat(RoundTrip.of(new StringBuilder("ü"))).hasToString("ü");
    assertThat(RoundTrip.of(new StringBuffer("ü"))).hasToString("ü");
    InetAddress named = InetAddress.getByAddress("host", new byte[] {10, 0, 0, 1});
    assertThat(RoundTrip.of(named).getHostName()).isEqualTo("host");
    InetAddress six = InetAddress.getByName("fe80::1");
    assertThat(RoundTrip.of(six)).isEqualTo(six);
  }

  @Test
  void decode_exception_keepsItsTraceAndCauses() {
    IOException cause = new IOException("cause");
    IllegalStateException failure = new IllegalStateException("failure", cause);
    failure.addSuppressed(new TimeoutFailure());

    IllegalStateException read = RoundTrip.of(failure);

    assertThat(read.getStackTrace()).isEqualTo(failure.getStackTrace());
    assertThat(read.getCause()).hasMessage("cause").hasNoCause();
    assertThat(read.getSuppressed()).hasExactlyElementsOfTypes(TimeoutFailure.class);
    assertThat(read.getSuppressed()[0].getStackTrace()).isEmpty();
  }

  static final class TimeoutFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    TimeoutFailure() {
      super("timeout", null, false, false);
    }
  }

  @Test
  void encode_valueThatCannotBeRestored_isRefused() {
    KryoValueCodec open =
        new KryoValueCodec(
            JdkValueTest.class.getClassLoader(), AllowList.of(List.of("*")), ClassCodes.NONE);
    for (Object value :
        List.of(
            StandardCharsets.UTF_8,
            new java.util.StringJoiner(","),
            new java.util.concurrent.ArrayBlockingQueue<>(3),
            Stream.of(1),
            List.of(1).iterator())) {
      assertThatThrownBy(() -> open.encode(value))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(value.getClass().getName());
    }
  }
}

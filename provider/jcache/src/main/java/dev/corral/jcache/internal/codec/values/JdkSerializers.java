package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.serializers.DefaultArraySerializers;
import com.esotericsoftware.kryo.kryo5.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.kryo5.serializers.OptionalSerializers;
import com.esotericsoftware.kryo.kryo5.serializers.TimeSerializers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Serializers of JDK classes that are more compact, or accept more, than Java serialization. */
@SuppressWarnings({"unchecked", "rawtypes", "JdkObsolete", "NonApiType"})
final class JdkSerializers {

  /** Immutable values without parts. Their identity is not preserved, which saves a byte each. */
  private final Map<Class<?>, Serializer<?>> values = new LinkedHashMap<>();

  /** All other classes; references to the same object are preserved. */
  private final Map<Class<?>, Serializer<?>> withIdentity = new LinkedHashMap<>();

  JdkSerializers(ObjectStreamSerializer objectStream, ClassSerializer classes) {
    addValues(objectStream);
    values.put(Class.class, classes);
    addMutableValues();
    withIdentity.put(Pattern.class, new PatternSerializer(objectStream));
    withIdentity.putAll(JdkContainers.serializers(objectStream));
  }

  /**
   * The classes that are stored by number. Their order is part of the stored format: new classes
   * are appended, and no class is ever removed.
   */
  static List<Class<?>> numbered() {
    return List.of(
        byte[].class,
        Object[].class,
        String[].class,
        UUID.class,
        BigDecimal.class,
        BigInteger.class,
        Instant.class,
        LocalDate.class,
        LocalDateTime.class,
        LocalTime.class,
        Duration.class,
        ZonedDateTime.class,
        OffsetDateTime.class,
        Date.class,
        java.sql.Timestamp.class,
        ArrayList.class,
        HashMap.class,
        LinkedHashMap.class,
        HashSet.class,
        LinkedHashSet.class,
        TreeMap.class,
        Optional.class,
        Class.class,
        int[].class,
        long[].class,
        List.of(1, 2, 3).getClass(),
        List.of(1).getClass(),
        Map.of(1, 1, 2, 2).getClass(),
        Map.of(1, 1).getClass(),
        Set.of(1, 2, 3).getClass(),
        Set.of(1).getClass(),
        Arrays.asList(1).getClass(),
        EnumSet.class,
        java.io.Serializable[].class,
        LinkedList.class,
        TreeSet.class,
        Currency.class,
        Locale.class,
        URI.class);
  }

  /** Whether instances are immutable values without parts. */
  boolean isValue(Class<?> type) {
    return values.containsKey(type);
  }

  /** The serializer of a class; null if the class has none here. */
  @Nullable Serializer<?> of(Class<?> type) {
    Serializer<?> found = values.get(type);
    if (found == null) {
      found = withIdentity.get(type);
    }
    return found == null && type.isArray() ? CollectionSerializers.array() : found;
  }

  private void addValues(ObjectStreamSerializer objectStream) {
    values.put(String.class, new DefaultSerializers.StringSerializer());
    values.put(UUID.class, new DefaultSerializers.UUIDSerializer());
    values.put(BigInteger.class, new DefaultSerializers.BigIntegerSerializer());
    values.put(BigDecimal.class, new DefaultSerializers.BigDecimalSerializer());
    values.put(URI.class, new DefaultSerializers.URISerializer());
    values.put(Currency.class, new DefaultSerializers.CurrencySerializer());
    values.put(
        Locale.class,
        new TextSerializer<>(Locale::toLanguageTag, Locale::forLanguageTag, objectStream));
    values.put(Instant.class, new TimeSerializers.InstantSerializer());
    values.put(Duration.class, new TimeSerializers.DurationSerializer());
    values.put(LocalDate.class, new TimeSerializers.LocalDateSerializer());
    values.put(LocalTime.class, new TimeSerializers.LocalTimeSerializer());
    values.put(LocalDateTime.class, new TimeSerializers.LocalDateTimeSerializer());
    values.put(ZoneOffset.class, new TimeSerializers.ZoneOffsetSerializer());
    values.put(ZoneId.of("Europe/Berlin").getClass(), new TimeSerializers.ZoneIdSerializer());
    values.put(OffsetTime.class, new TimeSerializers.OffsetTimeSerializer());
    values.put(OffsetDateTime.class, new TimeSerializers.OffsetDateTimeSerializer());
    values.put(ZonedDateTime.class, new ZonedTimeSerializer());
    values.put(Year.class, new TimeSerializers.YearSerializer());
    values.put(YearMonth.class, new TimeSerializers.YearMonthSerializer());
    values.put(MonthDay.class, new TimeSerializers.MonthDaySerializer());
    values.put(Period.class, new TimeSerializers.PeriodSerializer());
    values.put(OptionalInt.class, new OptionalSerializers.OptionalIntSerializer());
    values.put(OptionalLong.class, new OptionalSerializers.OptionalLongSerializer());
    values.put(OptionalDouble.class, new OptionalSerializers.OptionalDoubleSerializer());
    withIdentity.put(
        TimeZone.getTimeZone("Europe/Berlin").getClass(),
        new TextSerializer<>(TimeZone::getID, TimeZone::getTimeZone, objectStream));
  }

  private void addMutableValues() {
    withIdentity.put(byte[].class, new DefaultArraySerializers.ByteArraySerializer());
    withIdentity.put(char[].class, new DefaultArraySerializers.CharArraySerializer());
    withIdentity.put(short[].class, new DefaultArraySerializers.ShortArraySerializer());
    withIdentity.put(int[].class, new DefaultArraySerializers.IntArraySerializer());
    withIdentity.put(long[].class, new DefaultArraySerializers.LongArraySerializer());
    withIdentity.put(float[].class, new DefaultArraySerializers.FloatArraySerializer());
    withIdentity.put(double[].class, new DefaultArraySerializers.DoubleArraySerializer());
    withIdentity.put(boolean[].class, new DefaultArraySerializers.BooleanArraySerializer());
    withIdentity.put(StringBuilder.class, new DefaultSerializers.StringBuilderSerializer());
    withIdentity.put(StringBuffer.class, new DefaultSerializers.StringBufferSerializer());
    withIdentity.put(BitSet.class, new DefaultSerializers.BitSetSerializer());
    withIdentity.put(Date.class, new DefaultSerializers.DateSerializer());
    withIdentity.put(java.sql.Date.class, new DefaultSerializers.DateSerializer());
    withIdentity.put(java.sql.Time.class, new DefaultSerializers.DateSerializer());
    withIdentity.put(java.sql.Timestamp.class, new DefaultSerializers.TimestampSerializer());
    withIdentity.put(AtomicBoolean.class, new DefaultSerializers.AtomicBooleanSerializer());
    withIdentity.put(AtomicInteger.class, new DefaultSerializers.AtomicIntegerSerializer());
    withIdentity.put(AtomicLong.class, new DefaultSerializers.AtomicLongSerializer());
    withIdentity.put(AtomicReference.class, new HolderSerializers.OfReference());
    withIdentity.put(Optional.class, new HolderSerializers.OfOptional());
  }
}

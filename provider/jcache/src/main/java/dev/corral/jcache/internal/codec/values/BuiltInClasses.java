package dev.corral.jcache.internal.codec.values;

import java.util.List;

/**
 * The classes that every cache allows, as patterns of {@link java.io.ObjectInputFilter}.
 *
 * <p>They only hold data: reading them has no side effects. {@code java.net.URL} is not among them,
 * because its hash code causes a DNS request for a host in the stored bytes. Guava's collections
 * are restored by their {@code copyOf}, and those of Hibernate are stored as collections of the
 * JDK, see {@link LibraryContainers}.
 */
final class BuiltInClasses {

  static final List<String> PATTERNS =
      List.of(
          packaged(
              "java.lang.",
              "Object Number Boolean Byte Character Short Integer Long Float Double Void String",
              "StringBuilder StringBuffer Enum Record Class Comparable CharSequence Iterable",
              "Cloneable String$CaseInsensitiveComparator"),
          packaged(
              "java.lang.",
              "Throwable Exception RuntimeException Error AssertionError StackTraceElement",
              "ArithmeticException ArrayIndexOutOfBoundsException ArrayStoreException",
              "ClassCastException ClassNotFoundException CloneNotSupportedException",
              "IllegalArgumentException IllegalStateException IndexOutOfBoundsException",
              "InterruptedException NegativeArraySizeException NoSuchFieldException",
              "NoSuchMethodException NullPointerException NumberFormatException",
              "ReflectiveOperationException SecurityException StringIndexOutOfBoundsException",
              "UnsupportedOperationException"),
          packaged(
              "java.io.", "Serializable IOException FileNotFoundException UncheckedIOException"),
          packaged("java.math.", "BigInteger BigDecimal MathContext RoundingMode"),
          packaged(
              "java.net.",
              "URI InetAddress Inet4Address Inet6Address SocketAddress InetSocketAddress"),
          packaged("java.sql.", "Date Time Timestamp SQLException"),
          "java.time.**",
          packaged(
              "java.util.",
              "UUID Locale Currency Optional OptionalInt OptionalLong OptionalDouble BitSet Date",
              "Calendar GregorianCalendar JapaneseImperialCalendar TimeZone SimpleTimeZone",
              "StringJoiner",
              "NoSuchElementException ConcurrentModificationException MissingResourceException"),
          packaged("sun.util.", "BuddhistCalendar calendar.ZoneInfo"),
          packaged(
              "java.util.",
              "AbstractCollection AbstractList AbstractList$* AbstractMap AbstractMap$*",
              "AbstractQueue AbstractSequentialList AbstractSet ArrayDeque ArrayList ArrayList$*",
              "Arrays$ArrayList CollSer Collection Collections$* Comparator Comparators$* Deque",
              "Dictionary EnumMap EnumMap$* EnumSet EnumSet$* HashMap HashMap$* HashSet Hashtable",
              "IdentityHashMap ImmutableCollections$* JumboEnumSet KeyValueHolder LinkedHashMap",
              "LinkedHashMap$* LinkedHashSet LinkedHashSet$* LinkedList LinkedList$* List Map",
              "Map$Entry NavigableMap NavigableSet PriorityQueue Properties Queue RegularEnumSet",
              "ReverseOrderListView ReverseOrderListView$* Set SortedMap SortedSet Stack TreeMap",
              "TreeMap$* TreeSet Vector WeakHashMap"),
          packaged(
              "java.util.concurrent.",
              "ArrayBlockingQueue ConcurrentHashMap ConcurrentHashMap$* ConcurrentLinkedDeque",
              "ConcurrentLinkedQueue ConcurrentMap ConcurrentNavigableMap ConcurrentSkipListMap",
              "ConcurrentSkipListMap$* ConcurrentSkipListSet CopyOnWriteArrayList",
              "CopyOnWriteArrayList$* CopyOnWriteArraySet LinkedBlockingDeque LinkedBlockingQueue",
              "PriorityBlockingQueue TimeUnit ExecutionException TimeoutException",
              "CompletionException CancellationException atomic.* locks.ReentrantLock",
              "locks.ReentrantLock$* locks.AbstractQueuedSynchronizer",
              "locks.AbstractOwnableSynchronizer"),
          "java.util.regex.Pattern",
          packaged(
              "org.hibernate.cache.",
              "internal.BasicCacheKeyImplementation internal.CacheKeyImplementation",
              "internal.NaturalIdCacheKey internal.QueryResultsCacheImpl$CacheItem spi.QueryKey",
              "spi.QueryKey$ParameterBindingsMemento spi.entry.CollectionCacheEntry",
              "spi.entry.ReferenceCacheEntryImpl spi.entry.StandardCacheEntryImpl",
              "spi.entry.StructuredCacheEntry spi.entry.StructuredCollectionCacheEntry",
              "spi.entry.StructuredMapCacheEntry spi.support.AbstractReadWriteAccess$Item",
              "spi.support.AbstractReadWriteAccess$SoftLockImpl"),
          "org.hibernate.query.internal.QueryParameterBindingsImpl$ParameterBindingsMementoImpl",
          "org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata",
          "org.springframework.cache.support.NullValue",
          packaged(
              "org.springframework.data.domain.",
              "PageImpl SliceImpl Chunk PageRequest AbstractPageRequest Unpaged Sort Sort$Order",
              "Sort$Direction Sort$NullHandling"),
          packaged("kotlin.", "Pair Triple"),
          packaged(
              "com.google.common.collect.",
              "ImmutableList ImmutableSet ImmutableSortedSet ImmutableMap ImmutableSortedMap",
              "ImmutableBiMap ImmutableListMultimap ImmutableSetMultimap ImmutableMultiset",
              "ImmutableTable"));

  private BuiltInClasses() {}

  private static String packaged(String prefix, String... names) {
    return prefix + String.join(" ", names).replace(" ", ";" + prefix);
  }
}

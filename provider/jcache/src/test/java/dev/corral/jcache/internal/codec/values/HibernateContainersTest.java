package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.fixtures.LoadedCollections;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.SortNatural;
import org.hibernate.cfg.Configuration;
import org.hibernate.collection.spi.PersistentBag;
import org.hibernate.collection.spi.PersistentSet;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata;
import org.hibernate.type.BasicType;
import org.hibernate.type.descriptor.java.SerializableJavaType;
import org.hibernate.type.descriptor.java.StringJavaType;
import org.hibernate.type.descriptor.jdbc.VarbinaryJdbcType;
import org.hibernate.type.internal.BasicTypeImpl;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Entities as Hibernate loads them: with its collections and proxies. */
@NullUnmarked
class HibernateContainersTest {

  private static final String HERE = HibernateContainersTest.class.getName() + "$";

  private static SessionFactory sessions;

  @Entity(name = "Author")
  static class Author {
    @Id Long id;
    String name;

    @OneToMany(mappedBy = "author")
    Collection<Book> books = new ArrayList<>();

    @ElementCollection @OrderColumn List<String> lines = new ArrayList<>(List.of("b", "a"));
    @ElementCollection Set<String> tags = new HashSet<>(Set.of("x", "y"));
    @ElementCollection Map<String, Integer> counts = new HashMap<>(Map.of("one", 1));
    @ElementCollection @SortNatural SortedSet<String> sorted = new TreeSet<>(Set.of("d", "c"));

    @ElementCollection @SortNatural
    SortedMap<String, Integer> ranks = new TreeMap<>(Map.of("z", 1, "y", 2));

    @ManyToOne(fetch = FetchType.LAZY)
    Author mentor;

    Author() {}

    Author(long id, Author mentor) {
      this.id = id;
      this.mentor = mentor;
      this.name = "author " + id;
    }
  }

  @Entity(name = "Book")
  static class Book {
    @Id Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    Author author;

    Book() {}

    Book(long id, Author author) {
      this.id = id;
      this.author = author;
    }
  }

  @BeforeAll
  static void open() {
    sessions =
        new Configuration()
            .addAnnotatedClass(Author.class)
            .addAnnotatedClass(Book.class)
            .setProperty("hibernate.connection.url", "jdbc:h2:mem:containers")
            .setProperty("hibernate.hbm2ddl.auto", "create")
            .buildSessionFactory();
    sessions.inTransaction(
        session -> {
          Author mentor = new Author(1, null);
          Author author = new Author(2, mentor);
          session.persist(mentor);
          session.persist(author);
          session.persist(new Book(10, author));
          session.persist(new Book(11, author));
        });
  }

  @AfterAll
  static void close() {
    sessions.close();
  }

  private static KryoValueCodec codec(String... patterns) {
    return new KryoValueCodec(
        HibernateContainersTest.class.getClassLoader(),
        AllowList.of(List.of(patterns)),
        ClassCodes.NONE);
  }

  private static Author load(boolean withCollections, boolean withMentor) {
    return sessions.fromTransaction(
        session -> {
          Author author = session.find(Author.class, 2L);
          List<Author> all =
              withMentor
                  ? List.of(author, (Author) Hibernate.unproxy(author.mentor))
                  : List.of(author);
          for (Author each : withCollections ? all : List.<Author>of()) {
            List.of(each.books, each.lines, each.tags, each.counts, each.sorted, each.ranks)
                .forEach(Hibernate::initialize);
          }
          if (withMentor) {
            Hibernate.initialize(author.mentor);
          }
          return author;
        });
  }

  @Test
  void decode_loadedEntity_hasCollectionsOfTheJdkAndNoProxy() {
    Author author = load(true, true);
    assertThat(author.books).isInstanceOf(PersistentBag.class);
    assertThat(author.tags).isInstanceOf(PersistentSet.class);
    assertThat(author.mentor).isInstanceOf(HibernateProxy.class);
    KryoValueCodec codec = codec(HERE + "*");

    Author read = (Author) codec.decode(codec.encode(author), 0);

    assertThat(read.books).isExactlyInstanceOf(ArrayList.class).hasSize(2);
    assertThat(read.books).allMatch(book -> book.author == read);
    assertThat(read.lines).isExactlyInstanceOf(ArrayList.class).containsExactly("b", "a");
    assertThat(read.tags).isExactlyInstanceOf(LinkedHashSet.class).containsOnly("x", "y");
    assertThat(read.counts).isExactlyInstanceOf(LinkedHashMap.class).containsEntry("one", 1);
    assertThat(read.sorted).isExactlyInstanceOf(TreeSet.class).containsExactly("c", "d");
    assertThat(read.ranks).isExactlyInstanceOf(TreeMap.class).containsKeys("y", "z");
    assertThat(read.mentor).isExactlyInstanceOf(Author.class);
    assertThat(read.mentor.name).isEqualTo("author 1");
  }

  /** The proxy and its entity are one object, and so is a collection that occurs twice. */
  @Test
  void decode_proxyAndItsEntity_areTheSameObject() {
    Author author = load(true, true);
    Object entity = Hibernate.unproxy(author.mentor);
    KryoValueCodec codec = codec(HERE + "*");

    List<?> read =
        (List<?>)
            codec.decode(
                codec.encode(List.of(author.mentor, entity, author, author.tags, author.tags)), 0);

    assertThat(read.get(0)).isSameAs(read.get(1)).isExactlyInstanceOf(Author.class);
    assertThat(((Author) read.get(2)).mentor).isSameAs(read.get(0));
    assertThat(((Author) read.get(2)).tags).isSameAs(read.get(3)).isSameAs(read.get(4));
  }

  @Test
  void encode_notLoaded_isRefusedWithThePlace() {
    Author author = load(false, false);
    assertThatThrownBy(() -> codec(HERE + "*").encode(author))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("has not been loaded")
        .hasMessageContaining("join fetch")
        .hasMessageContaining("(books, lines, tags, counts, sorted, ranks)")
        .hasMessageContaining("A proxy of Hibernate for " + HERE + "Author")
        .hasMessageContaining("(mentor)");
    assertThat(Hibernate.isInitialized(author.books)).isFalse();
    assertThatThrownBy(() -> codec().encode(author))
        .hasMessageContaining("Class " + HERE + "Author is not allowed")
        .hasMessageContaining("No pattern helps against this");
    sessions.inTransaction(
        session -> {
          Author attached = session.find(Author.class, 2L);
          assertThatThrownBy(() -> codec(HERE + "*").encode(attached))
              .hasMessageContaining("has not been loaded");
          assertThat(Hibernate.isInitialized(attached.books)).isFalse();
          assertThat(Hibernate.isInitialized(attached.mentor)).isFalse();
        });
  }

  @Test
  void encode_collectionAlone_isThatOfTheJdk() {
    List<String> bag = LoadedCollections.bag(List.of("a"));

    assertThat(codec().decode(codec().encode(bag), 0)).isEqualTo(new ArrayList<>(List.of("a")));
    assertThatThrownBy(() -> codec().encode(new PersistentBag<>()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("has not been loaded");
    assertThatThrownBy(() -> codec("!java.util.ArrayList").encode(bag))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("ArrayList");
  }

  private static CachedJdbcValuesMetadata metadata(BasicType<?>... types) {
    String[] names = IntStream.range(0, types.length).mapToObj(i -> "c" + i).toArray(String[]::new);
    int[] indexes = IntStream.range(0, types.length).toArray();
    return new CachedJdbcValuesMetadata(names, types, indexes);
  }

  private static BasicType<?> basicType(Class<?> type) {
    return sessions
        .unwrap(SessionFactoryImplementor.class)
        .getTypeConfiguration()
        .getBasicTypeForJavaType(type);
  }

  @Test
  void decode_resultsOfANativeQuery_haveTheTypesOfHibernate() {
    List<Class<?>> classes =
        List.of(
            String.class,
            Long.class,
            Integer.class,
            Boolean.class,
            BigDecimal.class,
            UUID.class,
            LocalDate.class,
            LocalDateTime.class,
            Instant.class,
            Double.class,
            byte[].class);
    BasicType<?>[] types =
        classes.stream().map(HibernateContainersTest::basicType).toArray(BasicType<?>[]::new);
    assertThat(types).doesNotContainNull();

    List<Object> results = List.of(metadata(types), "row", 1);
    List<?> decoded = (List<?>) codec().decode(codec().encode(results), 0);

    var metadata = (CachedJdbcValuesMetadata) decoded.get(0);
    var configuration = sessions.unwrap(SessionFactoryImplementor.class).getTypeConfiguration();
    assertThat(decoded.subList(1, 3)).isEqualTo(List.of("row", 1));
    assertThat(metadata.getColumnCount()).isEqualTo(types.length);
    assertThat(metadata.getValueIndexesToCacheIndexes()).hasSize(types.length).contains(0, 10);
    for (int i = 0; i < types.length; i++) {
      BasicType<?> type = metadata.resolveType(i + 1, null, configuration);
      assertThat(metadata.resolveColumnName(i + 1)).isEqualTo("c" + i);
      assertThat(type.getJavaTypeDescriptor()).isSameAs(types[i].getJavaTypeDescriptor());
      assertThat(type.getJdbcType()).isSameAs(types[i].getJdbcType());
      assertThat(type.getName()).isEqualTo(types[i].getName());
    }
  }

  @Test
  void decode_resultsOfANativeQueryWithAnUnknownType_keepThatItIsUnknown() {
    var metadata = metadata(basicType(String.class), null);
    var decoded = (CachedJdbcValuesMetadata) codec().decode(codec().encode(metadata), 0);

    assertThat(decoded.getStoredJavaType(0)).isSameAs(StringJavaType.INSTANCE);
    assertThat(decoded.getStoredJavaType(1)).isNull();
  }

  /** A converter or a user type has code of the application, which no name of a constant finds. */
  @Test
  void encode_resultsOfANativeQueryWithATypeOfTheApplication_nameTheRemedy() {
    var serializable = new SerializableJavaType<>(Thread.State.class);
    var metadata = metadata(new BasicTypeImpl<>(serializable, VarbinaryJdbcType.INSTANCE));

    assertThatThrownBy(() -> codec().encode(List.of(metadata, "row")))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("setCacheable(false)");
  }

  @Test
  void decode_bytesThatNameAnotherClassThanATypeOfHibernate_areRefused() {
    byte[] bytes = codec().encode(metadata(basicType(Long.class)));
    for (String other : List.of("EnumJavaType", "NoneJavaType", "../A.JavaTyp", "Long$JavaTyp")) {
      byte[] forged = replaced(bytes, "LongJavaType", other);
      assertThatThrownBy(() -> codec().decode(forged, 0))
          .as(other)
          .isInstanceOf(UndecodableValueException.class);
    }
  }

  private static byte[] replaced(byte[] bytes, String text, String by) {
    String stored = new String(bytes, ISO_8859_1);
    // Kryo marks the last character of a text of ASCII by its highest bit.
    String marked = text.substring(0, 11) + (char) (text.charAt(11) | 0x80);
    String other = by.substring(0, 11) + (char) (by.charAt(11) | 0x80);
    assertThat(stored).containsOnlyOnce(marked);
    return stored.replace(marked, other).getBytes(ISO_8859_1);
  }

  /** No stored bytes create a collection or proxy of Hibernate. */
  @Test
  void decode_bytesThatNameAClassOfHibernate_areRefused() {
    for (Class<?> type : List.of(PersistentBag.class, PersistentSet.class, HibernateProxy.class)) {
      byte[] bytes = new StoredForm().object(type).nothing().bytes();
      assertThatThrownBy(() -> codec().decode(bytes, 0))
          .isInstanceOf(UndecodableValueException.class)
          .hasMessageContaining("not allowed");
    }
  }
}

package dev.corral.examples.docs;

import dev.corral.jcache.CorralConfiguration;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.processor.MutableEntry;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * The names that blocks on the pages use without declaring them, with the meaning that the pages
 * give them. Blocks that are not whole classes are compiled as a subclass.
 */
public abstract class SnippetScope implements AutoCloseable {

  protected final CachingProvider provider = Caching.getCachingProvider();
  protected final CacheManager manager = provider.getCacheManager();
  protected final CacheManager cacheManager = manager;
  protected final Cache<Long, User> cache =
      manager.createCache("cache", CorralConfiguration.builder(Long.class, User.class).build());
  protected final Cache<Long, User> users = cache;
  protected final CountryTable table = new CountryTable();
  protected final Properties properties = new Properties();
  protected @Nullable RedissonClient redissonClient;

  protected SnippetScope() {}

  /** The statements of the block; does nothing for a block of members. */
  public void run() throws Exception {}

  /** Removes the caches of the block. */
  @Override
  public void close() {
    CacheManager open = provider.getCacheManager();
    open.getCacheNames().forEach(open::destroyCache);
  }

  protected static int take(MutableEntry<String, Integer> entry, int number) {
    entry.setValue(entry.getValue() - number);
    return entry.getValue();
  }

  protected static int update(String sql, Object... parameters) {
    return sql.isEmpty() ? 0 : parameters.length;
  }

  /** A user of the shop. */
  public record User(String name) {}

  /** A row of the table of countries. */
  public record Country(String code, String name, String currency) {}

  /** A book of the shop. */
  public record Book(String isbn, String title) {}

  /** A repository of Spring Data. */
  public interface UserRepository {

    Iterable<User> findAllById(Iterable<Long> ids);
  }

  /** An account with a version column. */
  public record Account(long balance, long version) {}

  /** A product. */
  public record Product(String name) {}

  /** An order that converts itself to and from its protocol buffer. */
  public record Order(String number) {

    public long customer() {
      return number.length();
    }

    public int year() {
      return 2026;
    }

    public OrderProto toProto() {
      return new OrderProto(number);
    }

    public static Order of(OrderProto proto) {
      return new Order(proto.number());
    }
  }

  /** In place of a class that the compiler of protocol buffers generates. */
  public record OrderProto(String number) {

    public byte[] toByteArray() {
      return number.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    public static OrderProto parseFrom(byte[] bytes) throws InvalidProtocolBufferException {
      if (bytes.length == 0) {
        throw new InvalidProtocolBufferException("empty");
      }
      return new OrderProto(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** As in the library of protocol buffers. */
  public static final class InvalidProtocolBufferException extends IOException {

    private static final long serialVersionUID = 1L;

    public InvalidProtocolBufferException(String message) {
      super(message);
    }
  }

  /** A key class that is equal by all its fields, but no record. */
  public static final class ProductKey {

    private final String shop;
    private final long number;

    public ProductKey(String shop, long number) {
      this.shop = shop;
      this.number = number;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ProductKey it && it.shop.equals(shop) && it.number == number;
    }

    @Override
    public int hashCode() {
      return shop.hashCode() * 31 + Long.hashCode(number);
    }
  }

  /** The table of countries: loader and writer. */
  public static final class CountryTable
      implements CacheLoader<String, Country>, CacheWriter<String, Country> {

    private final Map<String, Country> rows =
        new ConcurrentHashMap<>(
            Map.of(
                "CH", new Country("CH", "Switzerland", "CHF"),
                "BR", new Country("BR", "Brazil", "BRL"),
                "JP", new Country("JP", "Japan", "JPY")));

    @Override
    public @Nullable Country load(String code) {
      return rows.get(code);
    }

    @Override
    public Map<String, Country> loadAll(Iterable<? extends String> codes) {
      Map<String, Country> found = new HashMap<>();
      for (String code : codes) {
        Country row = rows.get(code);
        if (row != null) {
          found.put(code, row);
        }
      }
      return found;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends Country> entry) {
      rows.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends Country>> entries) {
      List.copyOf(entries).forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object code) {
      rows.remove(code);
    }

    @Override
    public void deleteAll(Collection<?> codes) {
      List.copyOf(codes).forEach(this::delete);
      codes.clear();
    }
  }

  /** The table of the visits of each page: a writer. */
  public static final class VisitsTable implements CacheWriter<String, Long> {

    private final Map<String, Long> rows = new ConcurrentHashMap<>();

    public VisitsTable() {}

    @Override
    public void write(Cache.Entry<? extends String, ? extends Long> entry) {
      rows.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends Long>> entries) {
      List.copyOf(entries).forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object page) {
      rows.remove(page);
    }

    @Override
    public void deleteAll(Collection<?> pages) {
      List.copyOf(pages).forEach(this::delete);
      pages.clear();
    }
  }
}

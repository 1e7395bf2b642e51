package dev.corral.examples.patterns;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/** The table of countries, accessed by JDBC: the loader and the writer of the caches. */
final class CountryTable implements CacheLoader<String, Country>, CacheWriter<String, Country> {

  private final CountingDatabase database;

  CountryTable(CountingDatabase database) {
    this.database = database;
  }

  /** Creates the table, inserts the countries that the JDK lists, and returns their number. */
  int create() throws SQLException {
    List<Cache.Entry<? extends String, ? extends Country>> rows = new ArrayList<>();
    for (String code : Locale.getISOCountries()) {
      Locale locale = new Locale.Builder().setRegion(code).build();
      Currency currency = Currency.getInstance(locale);
      String name = locale.getDisplayCountry(Locale.ENGLISH);
      rows.add(
          new Row(new Country(code, name, currency == null ? "" : currency.getCurrencyCode())));
    }
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "CREATE TABLE IF NOT EXISTS country"
                    + " (code CHAR(2) PRIMARY KEY, name VARCHAR, currency VARCHAR)")) {
      statement.execute();
    }
    int number = rows.size();
    writeAll(rows);
    return number;
  }

  @Override
  public @Nullable Country load(String code) {
    return loadAll(List.of(code)).get(code);
  }

  @Override
  public Map<String, Country> loadAll(Iterable<? extends String> codes) {
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT code, name, currency FROM country WHERE code = ANY(?)")) {
      statement.setArray(1, array(connection, codes));
      Map<String, Country> found = new HashMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String code = rows.getString("code");
          found.put(code, new Country(code, rows.getString("name"), rows.getString("currency")));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new CacheLoaderException(e);
    }
  }

  /** Changes a row, of which no cache learns. */
  void change(Country country) {
    write(new Row(country));
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends Country> entry) {
    writeAll(new ArrayList<>(List.of(entry)));
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends Country>> entries) {
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "MERGE INTO country (code, name, currency) KEY (code) VALUES (?, ?, ?)")) {
      for (Cache.Entry<? extends String, ? extends Country> entry : entries) {
        statement.setString(1, entry.getKey());
        statement.setString(2, entry.getValue().name());
        statement.setString(3, entry.getValue().currency());
        statement.addBatch();
      }
      statement.executeBatch();
      entries.clear();
    } catch (SQLException e) {
      throw new CacheWriterException(e);
    }
  }

  @Override
  public void delete(Object code) {
    deleteAll(new ArrayList<>(List.of(code)));
  }

  @Override
  public void deleteAll(Collection<?> codes) {
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement("DELETE FROM country WHERE code = ANY(?)")) {
      statement.setArray(1, array(connection, codes));
      statement.executeUpdate();
      codes.clear();
    } catch (SQLException e) {
      throw new CacheWriterException(e);
    }
  }

  private static Array array(Connection connection, Iterable<?> codes) throws SQLException {
    List<Object> elements = new ArrayList<>();
    codes.forEach(elements::add);
    return connection.createArrayOf("CHAR", elements.toArray());
  }

  /** An entry for {@link #writeAll} that does not come from a cache. */
  private record Row(Country country) implements Cache.Entry<String, Country> {

    @Override
    public String getKey() {
      return country.code();
    }

    @Override
    public Country getValue() {
      return country;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
      return type.cast(this);
    }
  }
}

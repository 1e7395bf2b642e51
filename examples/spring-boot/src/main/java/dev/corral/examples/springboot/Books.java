package dev.corral.examples.springboot;

import java.util.List;
import java.util.Optional;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.Caching;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The books, by Spring's cache annotations in front of the table. */
@Service
public class Books {

  private final BookTable table;

  /** Reads from, and writes to, the table. */
  public Books(BookTable table) {
    this.table = table;
  }

  /** The book with this id. That there is none is cached too. */
  @Cacheable("books")
  public Optional<Book> find(long id) {
    return table.find(id);
  }

  /** The books of an author up to a price, the cheapest first. */
  @Cacheable("searches")
  public List<Book> search(String author, int maxCents) {
    return table.search(author, maxCents);
  }

  /** Adds or replaces a book. The cache changes when the transaction commits. */
  @Transactional
  @CachePut(cacheNames = "books", key = "#book.id()")
  @CacheEvict(cacheNames = "searches", allEntries = true)
  public Book save(Book book) {
    table.save(book);
    return book;
  }

  /** Removes a book. The cache changes when the transaction commits. */
  @Transactional
  @Caching(evict = {@CacheEvict("books"), @CacheEvict(cacheNames = "searches", allEntries = true)})
  public void delete(long id) {
    table.delete(id);
  }
}

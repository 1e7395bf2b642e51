package dev.corral.spring.boot;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A service with cached methods, which count their executions. */
class Library {

  record Book(String title, int edition) {}

  /** What a method of the application throws. */
  static final class BurntException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  @Configuration
  static class Beans {
    @Bean
    Library library() {
      return new Library();
    }
  }

  private final AtomicInteger executions = new AtomicInteger();

  int executions() {
    return executions.get();
  }

  private Book slow(String title) {
    int edition = executions.incrementAndGet();
    try {
      TimeUnit.MILLISECONDS.sleep(300);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new Book(title, edition);
  }

  @Cacheable("plain")
  public @Nullable Book plain(String title) {
    Book book = slow(title);
    return title.equals("none") ? null : book;
  }

  @Cacheable(cacheNames = "sync", sync = true)
  public Book sync(String title) {
    return slow(title);
  }

  @Cacheable(cacheNames = "unless", unless = "#result.edition() > 100")
  public Book unless(String title) {
    return slow(title);
  }

  @Cacheable("future")
  public CompletableFuture<@Nullable Book> future(String title) {
    return CompletableFuture.supplyAsync(() -> title.equals("none") ? null : slow(title));
  }

  @Cacheable("plain")
  public Book burnt(String title) throws BurntException {
    executions.incrementAndGet();
    throw new BurntException();
  }

  @Cacheable("future")
  public CompletableFuture<Book> burntFuture(String title) {
    executions.incrementAndGet();
    return CompletableFuture.failedFuture(new BurntException());
  }

  @CachePut("plain")
  public Book put(String title) {
    return new Book(title, 1000);
  }

  @CacheEvict("plain")
  public void evict(String title) {}

  @CacheEvict(cacheNames = "plain", allEntries = true)
  public void evictAll() {}
}

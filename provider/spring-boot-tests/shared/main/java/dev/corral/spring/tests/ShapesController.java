package dev.corral.spring.tests;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the tests ask for over HTTP. */
@RestController
class ShapesController {

  private static final Logger log = LoggerFactory.getLogger(ShapesController.class);

  private final Shapes shapes;
  private final Executions executions;
  private final LibraryTransactions transactions;
  private final CacheManager caches;

  ShapesController(
      Shapes shapes, Executions executions, LibraryTransactions transactions, CacheManager caches) {
    this.shapes = shapes;
    this.executions = executions;
    this.transactions = transactions;
    this.caches = caches;
  }

  @GetMapping("/shapes")
  String names() {
    return String.join(",", shapes.names());
  }

  /**
   * Calls a cached method.
   *
   * @param expected how many of these requests come at the same time
   */
  @GetMapping("/shapes/{name}/{key}")
  CompletionStage<String> call(
      @PathVariable String name,
      @PathVariable int key,
      @RequestParam(defaultValue = "1") int expected) {
    Shape shape = shapes.get(name);
    int actual = key % shape.keys();
    executions.enter(name, actual, expected);
    CompletionStage<String> result;
    try {
      result = shape.call().apply(actual);
    } catch (Throwable e) {
      executions.leave(name, actual);
      throw e;
    }
    return result.whenComplete((value, failure) -> executions.leave(name, actual));
  }

  @GetMapping("/executions/{name}/{key}")
  String executions(@PathVariable String name, @PathVariable int key) {
    return String.valueOf(executions.count(name, key % shapes.get(name).keys()));
  }

  /** Runs steps in a transaction; the result shows whether it was committed. */
  @PostMapping("/transactions/{id}")
  String transaction(
      @PathVariable int id, @RequestParam List<String> steps, @RequestParam boolean commit) {
    transactions.run(id, steps, commit);
    return commit ? "committed" : "rolled back";
  }

  /** The text of an entry, or "absent". */
  @GetMapping("/entries/{cache}/{key}")
  String entry(@PathVariable String cache, @PathVariable int key) {
    Cache.@Nullable ValueWrapper entry = cache(cache).get(key);
    return entry == null ? "absent" : String.valueOf(entry.get());
  }

  @PutMapping("/entries/{cache}/{key}")
  void putEntry(@PathVariable String cache, @PathVariable int key, @RequestParam String value) {
    cache(cache).put(key, value);
  }

  @DeleteMapping("/entries/{cache}")
  void clear(@PathVariable String cache) {
    cache(cache).clear();
  }

  @ExceptionHandler
  ResponseEntity<String> failed(Exception e) {
    if (!(e instanceof BusinessException)) {
      log.warn("A request fails", e);
    }
    return ResponseEntity.internalServerError().body(e.toString());
  }

  private Cache cache(String name) {
    return Objects.requireNonNull(caches.getCache(name));
  }
}

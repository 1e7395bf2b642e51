package dev.corral.spring.tests;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Cached methods with all kinds of results, with and without {@code sync = true}. Each has a cache
 * of its own.
 */
@Service
public class ValueShapes {

  private final Executions executions;

  /** Counts in {@code executions}. */
  public ValueShapes(Executions executions) {
    this.executions = executions;
  }

  /** A text. */
  @Cacheable("blocking")
  public String blocking(int key) {
    return executions.run("blocking", key);
  }

  /** A text. */
  @Cacheable(cacheNames = "blockingSync", sync = true)
  public String blockingSync(int key) {
    return executions.run("blockingSync", key);
  }

  /** Null. */
  @Cacheable("nullValue")
  public @Nullable String nullValue(int key) {
    executions.run("nullValue", key);
    return null;
  }

  /** Null. */
  @Cacheable(cacheNames = "nullValueSync", sync = true)
  public @Nullable String nullValueSync(int key) {
    executions.run("nullValueSync", key);
    return null;
  }

  /** An optional, of which Spring caches what it contains. */
  @Cacheable("optional")
  public Optional<String> optional(int key) {
    return Optional.of(executions.run("optional", key));
  }

  /** An optional, of which Spring caches what it contains. */
  @Cacheable(cacheNames = "optionalSync", sync = true)
  public Optional<String> optionalSync(int key) {
    return Optional.of(executions.run("optionalSync", key));
  }

  /** An object of the application. */
  @Cacheable("orders")
  public List<Isbn> orders(int key) {
    return List.of(new Isbn(executions.run("orders", key)), new Isbn("other"));
  }

  /** A future. */
  @Cacheable("future")
  public CompletableFuture<String> future(int key) {
    return executions.runAsync("future", key);
  }

  /** A future. */
  @Cacheable(cacheNames = "futureSync", sync = true)
  public CompletableFuture<String> futureSync(int key) {
    return executions.runAsync("futureSync", key);
  }

  /** A future of null. */
  @Cacheable("futureOfNull")
  public CompletableFuture<@Nullable String> futureOfNull(int key) {
    return executions.runAsync("futureOfNull", key).thenApply(it -> null);
  }

  /** A single value. */
  @Cacheable("mono")
  public Mono<String> mono(int key) {
    return Mono.defer(() -> Mono.fromFuture(executions.runAsync("mono", key)));
  }

  /** A single value. */
  @Cacheable(cacheNames = "monoSync", sync = true)
  public Mono<String> monoSync(int key) {
    return Mono.defer(() -> Mono.fromFuture(executions.runAsync("monoSync", key)));
  }

  /** No value. */
  @Cacheable("emptyMono")
  public Mono<String> emptyMono(int key) {
    return Mono.defer(() -> Mono.fromFuture(executions.runAsync("emptyMono", key)))
        .filter(String::isEmpty);
  }

  /** Several values. */
  @Cacheable("flux")
  public Flux<String> flux(int key) {
    return Flux.defer(() -> Mono.fromFuture(executions.runAsync("flux", key)))
        .concatWithValues("b", "c");
  }

  /** Several values. */
  @Cacheable(cacheNames = "fluxSync", sync = true)
  public Flux<String> fluxSync(int key) {
    return Flux.defer(() -> Mono.fromFuture(executions.runAsync("fluxSync", key)))
        .concatWithValues("b", "c");
  }

  /** Throws. */
  @Cacheable("failing")
  public String failing(int key) {
    throw new BusinessException(executions.run("failing", key));
  }

  /** Throws. */
  @Cacheable(cacheNames = "failingSync", sync = true)
  public String failingSync(int key) {
    throw new BusinessException(executions.run("failingSync", key));
  }

  /** Fails later. */
  @Cacheable("failingFuture")
  public CompletableFuture<String> failingFuture(int key) {
    return executions
        .runAsync("failingFuture", key)
        .thenCompose(it -> CompletableFuture.failedFuture(new BusinessException(it)));
  }

  /** Fails later. */
  @Cacheable("failingMono")
  public Mono<String> failingMono(int key) {
    return Mono.defer(() -> Mono.fromFuture(executions.runAsync("failingMono", key)))
        .flatMap(it -> Mono.error(new BusinessException(it)));
  }
}

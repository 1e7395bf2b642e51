package dev.corral.spring.tests;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A kind of cached method.
 *
 * @param name also the name of its cache
 * @param keys how many keys it has
 * @param call the call with one of the keys, which are 0, 1 …
 */
record Shape(String name, int keys, IntFunction<CompletionStage<String>> call) {

  private static final int MANY = 20;

  static Shape blocking(String name, IntFunction<@Nullable Object> call) {
    return blocking(name, MANY, call);
  }

  static Shape blocking(String name, int keys, IntFunction<@Nullable Object> call) {
    return new Shape(
        name, keys, key -> CompletableFuture.completedFuture(String.valueOf(call.apply(key))));
  }

  static Shape future(String name, IntFunction<? extends CompletionStage<?>> call) {
    return new Shape(name, MANY, key -> call.apply(key).thenApply(String::valueOf));
  }

  static Shape mono(String name, IntFunction<Mono<String>> call) {
    return new Shape(name, MANY, key -> call.apply(key).defaultIfEmpty("empty").toFuture());
  }

  static Shape flux(String name, IntFunction<Flux<String>> call) {
    return new Shape(
        name, MANY, key -> call.apply(key).collectList().map(String::valueOf).toFuture());
  }
}

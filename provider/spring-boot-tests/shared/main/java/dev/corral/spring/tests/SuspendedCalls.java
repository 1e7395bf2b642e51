package dev.corral.spring.tests;

import java.util.concurrent.CompletableFuture;

/** Calls of cached suspending functions of Kotlin. */
public interface SuspendedCalls {

  /** The result of a plain cached function. */
  CompletableFuture<String> plain(int key);

  /** The result of a cached function with {@code sync = true}. */
  CompletableFuture<String> sync(int key);
}

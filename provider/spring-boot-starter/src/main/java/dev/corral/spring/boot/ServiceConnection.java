package dev.corral.spring.boot;

import org.jspecify.annotations.Nullable;

/** Finds the Redis of a service connection, such as a container of Testcontainers. */
@FunctionalInterface
interface ServiceConnection {

  /** The address; null if the application has no service connection. */
  @Nullable RedisAddress address();
}

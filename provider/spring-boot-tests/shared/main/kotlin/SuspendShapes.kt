package dev.corral.spring.tests

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import org.springframework.cache.annotation.Cacheable
import org.springframework.stereotype.Component
import org.springframework.stereotype.Service

/** A data class as a key. */
data class Edition(val title: String, val number: Int)

/** Cached suspending functions. */
@Service
open class SuspendShapes(private val executions: Executions) {

  @Cacheable("suspended")
  open suspend fun suspended(edition: Edition): String =
    executions.runAsync("suspended", edition.number).await()

  @Cacheable(cacheNames = ["suspendedSync"], sync = true)
  open suspend fun suspendedSync(title: String, number: Int): String =
    executions.runAsync("suspendedSync", number).await()
}

/** Calls them from Java. */
@Component
class CoroutineCalls(private val shapes: SuspendShapes) : SuspendedCalls {

  private val scope = CoroutineScope(Dispatchers.Default)

  override fun plain(key: Int): CompletableFuture<String> =
    scope.future { shapes.suspended(Edition("a", key)) }

  override fun sync(key: Int): CompletableFuture<String> =
    scope.future { shapes.suspendedSync("a", key) }
}

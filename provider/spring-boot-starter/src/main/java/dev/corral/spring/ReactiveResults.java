package dev.corral.spring;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reactive results of methods. Needs Reactor. */
final class ReactiveResults {

  private ReactiveResults() {}

  /**
   * The result with an action for each subscription that succeeds, before its subscriber is
   * notified of it. What the action throws, the subscriber gets as the failure.
   *
   * @param ofOne gets the value, or null if there is none
   * @param ofSeveral is called if the type may have several values
   * @return null if the result is not reactive
   */
  static @Nullable Object afterSuccess(
      Object result, Consumer<@Nullable Object> ofOne, Runnable ofSeveral) {
    ReactiveAdapter adapter =
        ReactiveAdapterRegistry.getSharedInstance().getAdapter(result.getClass());
    if (adapter == null) {
      return null;
    }
    Publisher<Object> publisher = adapter.toPublisher(result);
    return adapter.fromPublisher(
        adapter.isMultiValue()
            ? Flux.from(publisher).doOnComplete(ofSeveral)
            : Mono.from(publisher).doOnSuccess(ofOne));
  }
}

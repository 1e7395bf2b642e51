package dev.corral.jcache.internal.manager;

import dev.corral.jcache.internal.pipeline.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the stages of a cache in their order. */
final class StageList<K, V> {

  private final List<Stage<K, V>> stages = new ArrayList<>();

  StageList<K, V> always(Stage<K, V> stage) {
    stages.add(stage);
    return this;
  }

  /** Adds a stage if the cache has the part that the stage needs. */
  <P> StageList<K, V> ifPresent(@Nullable P part, Function<P, Stage<K, V>> stage) {
    if (part != null) {
      stages.add(stage.apply(part));
    }
    return this;
  }

  List<Stage<K, V>> toList() {
    return List.copyOf(stages);
  }
}

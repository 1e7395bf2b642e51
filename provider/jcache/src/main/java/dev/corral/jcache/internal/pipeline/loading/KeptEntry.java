package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An entry that is loaded again, whose value is read only if the loader wants it. One thread. */
final class KeptEntry<V> implements LoadContext<V> {

  private final @Nullable String version;
  private final Supplier<@Nullable V> read;
  private boolean isRead;
  private @Nullable V value;

  KeptEntry(@Nullable String version, Supplier<@Nullable V> read) {
    this.version = version;
    this.read = read;
  }

  @Override
  public boolean hasValue() {
    return true;
  }

  @Override
  public @Nullable String version() {
    return version;
  }

  @Override
  public @Nullable V value() {
    if (!isRead) {
      value = read.get();
      isRead = true;
    }
    return value;
  }
}

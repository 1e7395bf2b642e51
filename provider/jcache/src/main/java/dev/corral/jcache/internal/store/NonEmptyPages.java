package dev.corral.jcache.internal.store;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Converted pages of entries, without the empty ones. For one thread.
 *
 * @param <S> a page
 * @param <P> a converted page
 */
final class NonEmptyPages<S, P> implements Iterator<P> {

  private final Iterator<S> pages;
  private final Function<S, P> convert;
  private final Predicate<P> isEmpty;
  private @Nullable P following;

  NonEmptyPages(Iterator<S> pages, Function<S, P> convert, Predicate<P> isEmpty) {
    this.pages = pages;
    this.convert = convert;
    this.isEmpty = isEmpty;
  }

  @Override
  public boolean hasNext() {
    while (following == null && pages.hasNext()) {
      P page = convert.apply(pages.next());
      following = isEmpty.test(page) ? null : page;
    }
    return following != null;
  }

  @Override
  public P next() {
    P page = hasNext() ? following : null;
    if (page == null) {
      throw new NoSuchElementException();
    }
    following = null;
    return page;
  }
}

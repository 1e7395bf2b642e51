package dev.corral.jcache.internal.manager;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The default class loader of managers: one object for all threads, so that all of them get the
 * same manager, which finds the application's classes by the context class loader of the thread
 * that asks, then by that of the thread that made the provider, then by that of Corral.
 */
public final class ApplicationClassLoader extends ClassLoader {

  private final @Nullable ClassLoader creator = Thread.currentThread().getContextClassLoader();

  public ApplicationClassLoader() {
    super(ApplicationClassLoader.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    for (ClassLoader loader : others()) {
      try {
        return Class.forName(name, false, loader);
      } catch (ClassNotFoundException e) {
        // the next one may have it
      }
    }
    return super.loadClass(name, resolve);
  }

  @Override
  public @Nullable URL getResource(String name) {
    for (ClassLoader loader : others()) {
      URL found = loader.getResource(name);
      if (found != null) {
        return found;
      }
    }
    return super.getResource(name);
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    Set<URI> found = new LinkedHashSet<>();
    for (ClassLoader loader : others()) {
      for (URL url : Collections.list(loader.getResources(name))) {
        found.add(URI.create(url.toString()));
      }
    }
    List<URL> urls = new ArrayList<>(found.size());
    for (URI uri : found) {
      urls.add(uri.toURL());
    }
    return Collections.enumeration(urls);
  }

  private List<ClassLoader> others() {
    List<ClassLoader> others = new ArrayList<>(2);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null && context != this) {
      others.add(context);
    }
    if (creator != null && creator != context && creator != this) {
      others.add(creator);
    }
    return others;
  }
}

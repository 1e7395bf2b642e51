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
 * The default class loader of managers. It is one object for all threads, so all threads get the
 * same manager. It finds classes and resources by the first of these that has them:
 *
 * <ol>
 *   <li>the context class loader of the calling thread
 *   <li>the context class loader of the thread that created the provider
 *   <li>the class loader of Corral
 * </ol>
 */
public final class ApplicationClassLoader extends ClassLoader {

  private final @Nullable ClassLoader creator = Thread.currentThread().getContextClassLoader();

  public ApplicationClassLoader() {
    super(ApplicationClassLoader.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    for (ClassLoader loader : applicationLoaders()) {
      try {
        return Class.forName(name, false, loader);
      } catch (ClassNotFoundException e) {
        // the next class loader may find it
      }
    }
    return super.loadClass(name, resolve);
  }

  @Override
  public @Nullable URL getResource(String name) {
    for (ClassLoader loader : applicationLoaders()) {
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
    for (ClassLoader loader : applicationLoaders()) {
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

  private List<ClassLoader> applicationLoaders() {
    List<ClassLoader> loaders = new ArrayList<>(2);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null && context != this) {
      loaders.add(context);
    }
    if (creator != null && creator != context && creator != this) {
      loaders.add(creator);
    }
    return loaders;
  }
}

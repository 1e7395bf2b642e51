package dev.corral.jcache.internal.manager;

import java.io.IOException;
import java.lang.ref.WeakReference;
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
 *   <li>the context class loader of the thread that created the provider
 *   <li>the context class loader of the calling thread
 *   <li>the class loader of Corral
 * </ol>
 *
 * <p>It does not keep the first one alive. The application does so while it runs; a provider in the
 * shared folder of a container may exist for longer.
 */
public final class ApplicationClassLoader extends ClassLoader {

  private final WeakReference<@Nullable ClassLoader> creator =
      new WeakReference<>(Thread.currentThread().getContextClassLoader());

  public ApplicationClassLoader() {
    super(ApplicationClassLoader.class.getClassLoader());
  }

  /**
   * The class loaders that really define classes: those of the application, and that of Corral.
   *
   * @param loader the class loader of a manager
   */
  static List<ClassLoader> defining(ClassLoader loader) {
    if (!(loader instanceof ApplicationClassLoader application)) {
      return List.of(loader);
    }
    List<ClassLoader> loaders = application.applicationLoaders();
    loaders.add(ApplicationClassLoader.class.getClassLoader());
    return loaders;
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
    List<ClassLoader> loaders = new ArrayList<>(3);
    ClassLoader ofCreator = creator.get();
    if (ofCreator != null && ofCreator != this) {
      loaders.add(ofCreator);
    }
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null && context != ofCreator && context != this) {
      loaders.add(context);
    }
    return loaders;
  }
}

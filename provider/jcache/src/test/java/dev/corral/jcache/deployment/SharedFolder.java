package dev.corral.jcache.deployment;

import java.net.URL;
import java.net.URLClassLoader;

/** The class loader of a container's shared folder: it has Corral, and no application. */
final class SharedFolder extends ClassLoader {

  private static final String APPLICATIONS = SharedFolder.class.getPackageName() + ".";

  SharedFolder() {
    super(SharedFolder.class.getClassLoader());
  }

  /** A class loader for an application, which has its own copies of the classes of this package. */
  URLClassLoader application() {
    URL classes = SharedFolder.class.getProtectionDomain().getCodeSource().getLocation();
    return new URLClassLoader(new URL[] {classes}, this);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith(APPLICATIONS)) {
      throw new ClassNotFoundException(name);
    }
    return super.loadClass(name, resolve);
  }
}

package dev.corral.jcache.internal.codec;

import java.io.ByteArrayOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * Classes that record their initialization, as a hostile library on the class path could use it.
 * The records are system properties, because each class loader has its own copy of the classes.
 */
public final class Gadgets {

  private static final String INITIALIZED = "test.gadget.initialized:";

  private Gadgets() {}

  private static boolean initialized(Class<?> type) {
    System.setProperty(INITIALIZED + key(type), "");
    return true;
  }

  private static String key(Class<?> type) {
    return System.identityHashCode(type.getClassLoader()) + ":" + type.getName();
  }

  /** The gadgets that the class loader has initialized. */
  public static List<String> initializedBy(ClassLoader loader) {
    String prefix = INITIALIZED + System.identityHashCode(loader) + ":";
    return System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .sorted()
        .toList();
  }

  /** A gadget. */
  public static final class Bean {
    static final boolean INITIALIZED = initialized(Bean.class);
    public int number = 1;
  }

  /** A gadget. */
  public record Component(int number) {
    static final boolean INITIALIZED = initialized(Component.class);
  }

  /** A gadget. */
  public enum Constant {
    ONE;

    static final boolean INITIALIZED = initialized(Constant.class);
  }

  /** A gadget. */
  public static final class Hooked implements Serializable {
    private static final long serialVersionUID = 1L;
    static final boolean INITIALIZED = initialized(Hooked.class);

    private void readObject(ObjectInputStream in) {}
  }

  /** A gadget. */
  public static final class Extern implements Externalizable {
    private static final long serialVersionUID = 1L;
    static final boolean INITIALIZED = initialized(Extern.class);

    @Override
    public void writeExternal(ObjectOutput out) {}

    @Override
    public void readExternal(ObjectInput in) {}
  }

  /** A gadget. */
  public static final class Order implements Comparator<Object>, Serializable {
    private static final long serialVersionUID = 1L;
    static final boolean INITIALIZED = initialized(Order.class);

    @Override
    public int compare(Object one, Object two) {
      return Integer.compare(one.hashCode(), two.hashCode());
    }
  }

  /** A class with a gadget as its superclass. */
  public static class Parent implements Serializable {
    private static final long serialVersionUID = 1L;
    static final boolean INITIALIZED = initialized(Parent.class);
  }

  /** A gadget. */
  public static final class Child extends Parent {
    private static final long serialVersionUID = 1L;
    static final boolean INITIALIZED = initialized(Child.class);
  }

  /** An allowed class with Java serialization of its own, which contains anything. */
  public static final class Carrier implements Serializable {
    private static final long serialVersionUID = 1L;
    public transient Object content;

    /** A carrier. */
    public Carrier(Object content) {
      this.content = content;
    }

    private void writeObject(java.io.ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeObject(content);
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      content = in.readObject();
    }
  }

  /** Instances of all gadgets. */
  public static List<Object> all() {
    return List.of(
        new Bean(),
        new Component(1),
        Constant.ONE,
        new Hooked(),
        new Extern(),
        new Order(),
        new Child());
  }

  /** A class loader with copies of these classes of its own. */
  public static ClassLoader loader() {
    return new Copying(Gadgets.class.getClassLoader());
  }

  private static final class Copying extends ClassLoader {
    Copying(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Gadgets.class.getName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.transferTo(bytes);
        return defineClass(name, bytes.toByteArray(), 0, bytes.size());
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}

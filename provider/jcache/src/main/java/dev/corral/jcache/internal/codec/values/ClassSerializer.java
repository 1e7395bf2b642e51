package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** The serializer of classes as values: the name. */
@SuppressWarnings("rawtypes")
final class ClassSerializer extends Serializer<Class> {

  private final ClassLoader loader;
  private final AllowList allowList;

  ClassSerializer(ClassLoader loader, AllowList allowList) {
    this.loader = loader;
    this.allowList = allowList;
  }

  @Override
  public void write(Kryo kryo, Output output, Class type) {
    if (!allowList.allows(type)) {
      throw new RefusedClassException(type, allowList.refusal(type));
    }
    if (find(type.getName()) != type) {
      throw new CacheException(
          "Class "
              + type.getName()
              + " cannot be stored: the cache manager's class loader does not find it");
    }
    output.writeString(type.getName());
  }

  @Override
  public Class read(Kryo kryo, Input input, Class<? extends Class> ignored) {
    String name = String.valueOf(input.readString());
    Class<?> type = find(name);
    if (type == null) {
      throw new UndecodableValueException(
          "The cache manager's class loader cannot find class " + name + " of a stored value",
          null);
    } else if (!allowList.allows(type)) {
      throw new UndecodableValueException(allowList.refusal(type), null);
    }
    return type;
  }

  private @Nullable Class<?> find(String name) {
    @Nullable Class<?> primitive = PlatformTypes.primitive(name);
    if (primitive != null) {
      return primitive;
    }
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }
}

package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.KeyDeserializers;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** A Jackson module that refuses classes which the cache does not allow. */
final class JsonAllowedTypes extends Module {

  /**
   * Classes that Kryo stores and JSON does not: reading a class loads code, an address may ask a
   * name server, and each element that is added to a copy-on-write collection copies all others.
   */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "java.lang.Class",
          "java.net.InetAddress",
          "java.net.Inet4Address",
          "java.net.Inet6Address",
          "java.net.InetSocketAddress",
          "java.net.SocketAddress",
          "java.util.concurrent.CopyOnWriteArrayList",
          "java.util.concurrent.CopyOnWriteArraySet");

  private static final String SPRING_NULL = "org.springframework.cache.support.NullValue";

  private final AllowList allowList;
  private final ClassLoader loader;
  private final AtomicInteger mostFields;

  JsonAllowedTypes(AllowList allowList, ClassLoader loader, AtomicInteger mostFields) {
    this.allowList = allowList;
    this.loader = loader;
    this.mostFields = mostFields;
  }

  @Override
  public String getModuleName() {
    return "corral";
  }

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public void setupModule(SetupContext context) {
    context.addSerializers(new JsonTypeChecks.Writing(this::requireOwn));
    context.addDeserializers(new JsonTypeChecks.Reading(this::require, JsonAllowedTypes::special));
    context.addKeyDeserializers(new Keys());
    context.addBeanDeserializerModifier(new FieldCounter());
  }

  /**
   * Requires that a class is allowed.
   *
   * @throws CacheException if it is not
   */
  private void require(Class<?> type) {
    if (UNSUPPORTED.contains(type.getName())) {
      throw new CacheException(
          "Class %s cannot be stored by the codec json".formatted(type.getName()));
    }
    if (!allowList.allows(type)) {
      throw new CacheException(allowList.refusal(type));
    }
  }

  private void requireOwn(Class<?> type) {
    require(type);
    OwnClasses.require(type, loader);
  }

  /** Spring compares its null value by identity. */
  private static @Nullable JsonDeserializer<?> special(Class<?> type) {
    return type.getName().equals(SPRING_NULL) ? new Singleton(type) : null;
  }

  /** Reads the only instance of a class, from its static field {@code INSTANCE}. */
  private static final class Singleton extends JsonDeserializer<Object> {

    private final Class<?> type;

    Singleton(Class<?> type) {
      this.type = type;
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      parser.skipChildren();
      try {
        return type.getField("INSTANCE").get(null);
      } catch (ReflectiveOperationException e) {
        throw new CacheException("Class " + type.getName() + " has no field INSTANCE", e);
      }
    }
  }

  /** Refuses classes of map keys. */
  private final class Keys implements KeyDeserializers {

    @Override
    @SuppressWarnings("NullAway") // null: Jackson's own deserializer
    public @Nullable KeyDeserializer findKeyDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription description) {
      require(type.getRawClass());
      return null;
    }
  }

  /** Notes how many fields an object has. */
  private final class FieldCounter extends BeanDeserializerModifier {

    private static final long serialVersionUID = 1L;

    @Override
    public BeanDeserializerBuilder updateBuilder(
        DeserializationConfig config,
        BeanDescription description,
        BeanDeserializerBuilder builder) {
      int fields = description.findProperties().size();
      mostFields.accumulateAndGet(fields, Math::max);
      return builder;
    }
  }
}

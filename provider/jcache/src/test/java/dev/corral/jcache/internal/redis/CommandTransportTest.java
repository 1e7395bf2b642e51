package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;
import org.redisson.config.NameMapper;

/** Both ways to Redis send and answer the same. */
class CommandTransportTest {

  private static final String SHA_OF_NOTHING = "0".repeat(40);

  private final RedissonClient client = RedisUnderTest.client();
  private final String name = "{sender-" + UUID.randomUUID() + "}:a";

  enum Way {
    BY_EXECUTOR,
    BY_OBJECTS;

    CommandTransport over(RedissonClient client) {
      return CommandTransport.over(this == BY_EXECUTOR ? client : RedisUnderTest.wrapped(client));
    }
  }

  @Test
  void over_wrappedClient_takesTheWayByObjects() {
    assertThat(Way.BY_EXECUTOR.over(client)).isInstanceOf(ExecutorTransport.class);
    assertThat(Way.BY_OBJECTS.over(client)).isInstanceOf(PublicApiTransport.class);
  }

  /** With the thin jar the release of Redisson is the application's choice. */
  @ParameterizedTest
  @ValueSource(strings = {"org.redisson.command.", "org.redisson.client.protocol."})
  void over_anotherReleaseOfRedisson_takesTheWayByObjects(String missing) throws Exception {
    Method over =
        new WithoutSome(missing)
            .loadClass(CommandTransport.class.getName())
            .getDeclaredMethod("over", RedissonClient.class);
    over.setAccessible(true);
    assertThat(over.invoke(null, client).getClass().getName())
        .isEqualTo(PublicApiTransport.class.getName());
  }

  /** Has senders of its own, which find no classes of some packages. */
  private static final class WithoutSome extends ClassLoader {

    private final String missing;

    WithoutSome(String missing) {
      super(CommandTransportTest.class.getClassLoader());
      this.missing = missing;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(missing)) {
        throw new ClassNotFoundException(name);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      return name.startsWith(CommandTransport.class.getPackageName()) && name.endsWith("Transport")
          ? defined(name)
          : super.loadClass(name, resolve);
    }

    private Class<?> defined(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = Objects.requireNonNull(in).readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void over_clientThatMapsNames_usesTheMappedOnes() {
    Config config = new Config(client.getConfig());
    config.setNameMapper(prefixing("mapped:"));
    RedissonClient mapping = Redisson.create(config);
    try {
      client.getBucket("mapped:" + name, ByteArrayCodec.INSTANCE).set(new byte[] {7});
      CommandTransport sender = CommandTransport.over(mapping);
      assertThat((byte[]) sender.mget(name).join().get(0)).containsExactly(7);
      Object replaced =
          sender
              .eval("return redis.call('GETSET', KEYS[1], 'x')", ReturnType.VALUE, List.of(name))
              .join();
      assertThat((byte[]) replaced).containsExactly(7);
    } finally {
      mapping.shutdown();
    }
  }

  private static NameMapper prefixing(String prefix) {
    return new NameMapper() {
      @Override
      public String map(String name) {
        return prefix + name;
      }

      @Override
      public String unmap(String name) {
        return name.substring(prefix.length());
      }
    };
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void mget_givesAllInTheirOrder(Way way) {
    client.getBucket(name, ByteArrayCodec.INSTANCE).set(new byte[] {1, -1});
    List<Object> found = way.over(client).mget(name, name + "missing", name).join();
    assertThat(found).hasSize(3);
    assertThat((byte[]) found.get(0)).containsExactly(1, -1);
    assertThat(found.get(1)).isNull();
    assertThat((byte[]) found.get(2)).containsExactly(1, -1);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void eval_takesBytesAndTexts_givesWhatIsAsked(Way way) {
    CommandTransport sender = way.over(client);
    String text = "return {KEYS[1], ARGV[1], ARGV[2], ARGV[3], false, 5}";
    byte[] bytes = {0, -1, 10};
    List<Object> list =
        sender
            .<List<Object>>eval(text, ReturnType.LIST, List.of(name), bytes, 42L, "\u20ac")
            .join();
    assertThat((byte[]) list.get(0)).isEqualTo(name.getBytes(UTF_8));
    assertThat((byte[]) list.get(1)).isEqualTo(bytes);
    assertThat((byte[]) list.get(2)).isEqualTo("42".getBytes(UTF_8));
    assertThat((byte[]) list.get(3)).isEqualTo("\u20ac".getBytes(UTF_8));
    assertThat(list.get(4)).isNull();
    assertThat(list.get(5)).isEqualTo(5L);
    assertThat(sender.<Long>eval("return 7", ReturnType.LONG, List.of(name)).join()).isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void evalSha_unknownScript_saysSo(Way way) {
    CommandTransport sender = way.over(client);
    assertThatThrownBy(() -> sender.evalSha(SHA_OF_NOTHING, ReturnType.LONG, List.of(name)).join())
        .hasRootCauseInstanceOf(RedisNoScriptException.class);
  }
}

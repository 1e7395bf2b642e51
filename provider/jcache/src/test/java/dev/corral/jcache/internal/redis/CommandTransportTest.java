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

/** Both command transports send the same commands and return the same replies. */
class CommandTransportTest {

  private static final String UNKNOWN_SHA = "0".repeat(40);

  private final RedissonClient client = RedisUnderTest.client();
  private final String key = "{transport-" + UUID.randomUUID() + "}:a";

  enum Kind {
    EXECUTOR,
    PUBLIC_API;

    CommandTransport over(RedissonClient client) {
      return CommandTransport.over(this == EXECUTOR ? client : RedisUnderTest.wrapped(client));
    }
  }

  @Test
  void over_wrappedClient_usesThePublicApi() {
    assertThat(Kind.EXECUTOR.over(client)).isInstanceOf(ExecutorTransport.class);
    assertThat(Kind.PUBLIC_API.over(client)).isInstanceOf(PublicApiTransport.class);
  }

  /** With the thin jar, the application chooses the release of Redisson. */
  @ParameterizedTest
  @ValueSource(strings = {"org.redisson.command.", "org.redisson.client.protocol."})
  void over_releaseWithoutAnInternalPackage_usesThePublicApi(String missing) throws Exception {
    Method over =
        new WithoutPackage(missing)
            .loadClass(CommandTransport.class.getName())
            .getDeclaredMethod("over", RedissonClient.class);
    over.setAccessible(true);
    assertThat(over.invoke(null, client).getClass().getName())
        .isEqualTo(PublicApiTransport.class.getName());
  }

  /** Loads the transports again, but finds no class whose name begins with {@code missing}. */
  private static final class WithoutPackage extends ClassLoader {

    private final String missing;

    WithoutPackage(String missing) {
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
  void over_clientWithNameMapper_mapsTheKeys() {
    Config config = new Config(client.getConfig());
    config.setNameMapper(prefixing("mapped:"));
    RedissonClient mapping = Redisson.create(config);
    try {
      client.getBucket("mapped:" + key, ByteArrayCodec.INSTANCE).set(new byte[] {7});
      CommandTransport transport = CommandTransport.over(mapping);
      assertThat((byte[]) transport.mget(key).join().get(0)).containsExactly(7);
      Object replaced =
          transport
              .eval("return redis.call('GETSET', KEYS[1], 'x')", ReturnType.VALUE, List.of(key))
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
  @EnumSource(Kind.class)
  void mget_presentAndMissingKeys_returnsValuesInTheOrderOfTheKeys(Kind kind) {
    client.getBucket(key, ByteArrayCodec.INSTANCE).set(new byte[] {1, -1});
    List<Object> values = kind.over(client).mget(key, key + "missing", key).join();
    assertThat(values).hasSize(3);
    assertThat((byte[]) values.get(0)).containsExactly(1, -1);
    assertThat(values.get(1)).isNull();
    assertThat((byte[]) values.get(2)).containsExactly(1, -1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void eval_bytesNumbersAndTexts_returnsTheRequestedType(Kind kind) {
    CommandTransport transport = kind.over(client);
    String text = "return {KEYS[1], ARGV[1], ARGV[2], ARGV[3], false, 5}";
    byte[] bytes = {0, -1, 10};
    List<Object> list =
        transport
            .<List<Object>>eval(text, ReturnType.LIST, List.of(key), bytes, 42L, "\u20ac")
            .join();
    assertThat((byte[]) list.get(0)).isEqualTo(key.getBytes(UTF_8));
    assertThat((byte[]) list.get(1)).isEqualTo(bytes);
    assertThat((byte[]) list.get(2)).isEqualTo("42".getBytes(UTF_8));
    assertThat((byte[]) list.get(3)).isEqualTo("\u20ac".getBytes(UTF_8));
    assertThat(list.get(4)).isNull();
    assertThat(list.get(5)).isEqualTo(5L);
    assertThat(transport.<Long>eval("return 7", ReturnType.LONG, List.of(key)).join()).isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void evalSha_unknownScript_failsWithNoScript(Kind kind) {
    CommandTransport transport = kind.over(client);
    assertThatThrownBy(() -> transport.evalSha(UNKNOWN_SHA, ReturnType.LONG, List.of(key)).join())
        .hasRootCauseInstanceOf(RedisNoScriptException.class);
  }
}

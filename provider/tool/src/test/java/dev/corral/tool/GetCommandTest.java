package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.shop.model.Address;
import com.shop.model.Customer;
import com.shop.model.Order;
import com.shop.model.Price;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.EncryptionKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values that an application stored, read by the tool. The tool never loads the classes of the
 * values: it reads them by a class loader that does not have them.
 */
class GetCommandTest {

  private static final String KEY = "k1:" + "A".repeat(43) + "=";

  @SuppressWarnings("NullAway.Init")
  private static TestRedis redis;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private static Cache<Object, Object> cache(String name, ValueOptions values, int compressAbove) {
    return redis
        .manager("")
        .createCache(
            name,
            CorralConfiguration.builder(Object.class, Object.class)
                .allowedClasses("com.shop.model.**")
                .values(values)
                .compressAbove(compressAbove)
                .build());
  }

  private static JsonNode get(String cache, String key, String... more) throws IOException {
    Run run = run(cache, key, more);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static Run run(String cache, String key, String... more) {
    String[] all = new String[more.length + 5];
    System.arraycopy(new String[] {"get", "--uri", redis.uri(), cache, key}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return Run.of(all);
  }

  @Test
  void get_kryoObject_showsFieldsByName() throws IOException {
    Cache<Object, Object> orders = cache("orders", ValueOptions.DEFAULTS, Integer.MAX_VALUE);
    orders.put(1L, Order.complete());

    JsonNode order = get("orders", "1");

    assertThat(order.path("@class").asText()).isEqualTo("com.shop.model.Order");
    assertThat(order.path("id").asLong()).isEqualTo(7);
    assertThat(order.path("count").asInt()).isEqualTo(-3);
    assertThat(order.path("paid").asBoolean()).isTrue();
    assertThat(order.path("letter").asText()).isEqualTo("x");
    assertThat(order.path("weight").asDouble()).isEqualTo(1.5);
    assertThat(order.path("small").asInt()).isEqualTo(4);
    assertThat(order.path("note").asText()).isEqualTo("für Ä");
    assertThat(order.path("nothing").isNull()).isTrue();
    assertThat(order.path("day").asText()).isEqualTo("2026-11-29");
    assertThat(order.path("size").asText()).isEqualTo("LARGE");
    assertThat(order.path("sizes").toString()).isEqualTo("[\"SMALL\",\"LARGE\"]");
    assertThat(order.path("stock").toString()).isEqualTo("{\"SMALL\":7}");
    assertThat(order.path("sorted").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(order.path("tree").toString()).isEqualTo("{\"1\":\"one\",\"2\":\"two\"}");
    assertThat(order.path("numbers").toString()).isEqualTo("[1,2,3]");
    assertThat(order.path("parts").toString()).isEqualTo("[[1,2],\"text\"]");
    assertThat(order.path("self").asText()).contains("contains itself");
    assertThat(order.at("/byAddress/0/key/street").asText()).isEqualTo("Main");
    assertThat(order.at("/line/from/number").asInt()).isEqualTo(1);
    assertThat(order.at("/line/size").asText()).isEqualTo("SMALL");
    assertThat(order.at("/line/stops/0/street").asText()).isEqualTo("B");
    assertThat(order.at("/price/amount").asDouble()).isEqualTo(9.9);
  }

  @Test
  void get_classInTheTableOnly_showsFieldsByName() throws Exception {
    Cache<Object, Object> orders = cache("again", ValueOptions.DEFAULTS, Integer.MAX_VALUE);
    orders.put(1L, new Address("Main", 1));
    while (!Long.valueOf(1).equals(redis.call("EXISTS", "{again}!classes"))) {
      Thread.sleep(5);
    }
    Thread.sleep(100); // the reply to the JVM that has published the class
    orders.put(2L, new Address("Main", 2));

    assertThat(String.valueOf(redis.call("GET", "{again}:2"))).doesNotContain("com.shop");
    assertThat(get("again", "2").path("number").asInt()).isEqualTo(2);
  }

  @Test
  void get_java_showsFieldsByName() throws IOException {
    Cache<Object, Object> cache =
        cache("java", ValueOptions.DEFAULTS.withCodec("java"), Integer.MAX_VALUE);
    cache.put(1L, new Customer("Ann", 30));
    cache.put(2L, new Price("1.20", "EUR"));

    JsonNode customer = get("java", "1");
    JsonNode price = get("java", "2");

    assertThat(customer.path("@class").asText()).isEqualTo("com.shop.model.Customer");
    assertThat(customer.path("name").asText()).isEqualTo("Ann");
    assertThat(customer.path("since").asText()).isEqualTo("2020-01-02");
    assertThat(customer.path("balance").asDouble()).isEqualTo(12.5);
    assertThat(customer.path("points").toString()).isEqualTo("{\"x\":1}");
    assertThat(customer.path("tags").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(customer.path("fixed").toString()).isEqualTo("[1,2,3]");
    assertThat(customer.path("size").asText()).isEqualTo("SMALL");
    assertThat(price.path("amount").asDouble()).isEqualTo(1.2);
    assertThat(price.path("@data").toString()).isEqualTo("[\"EUR\"]");
  }

  @Test
  void get_json_showsTheJson() throws IOException {
    cache("json", ValueOptions.DEFAULTS.withCodec("json"), Integer.MAX_VALUE)
        .put(1L, new Address("Main", 1));

    assertThat(get("json", "1").at("/value/street").asText()).isEqualTo("Main");
  }

  @Test
  void get_compressed_showsTheValue() throws IOException {
    cache("packed", ValueOptions.DEFAULTS, 100).put(1L, "x".repeat(5_000));

    assertThat(get("packed", "1").asText()).hasSize(5_000);
    assertThat(Run.of("explain", "--uri", redis.uri(), "packed", "1").out()).contains("compressed");
  }

  @Test
  void get_encrypted_needsTheKey(@TempDir Path folder) throws IOException {
    cache(
            "secret",
            ValueOptions.DEFAULTS.withEncryption(() -> EncryptionKeys.parse(List.of(KEY))),
            Integer.MAX_VALUE)
        .put(1L, new Address("Hidden", 1));
    Path file = folder.resolve("corral.conf");
    Files.writeString(file, "caches.secret.encryption.keys = [\"" + KEY + "\"]\n");

    Run without = run("secret", "1");
    JsonNode with = get("secret", "1", "--config", file.toString());

    assertThat(without.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(without.err()).contains("encryption.keys");
    assertThat(with.path("street").asText()).isEqualTo("Hidden");
    assertThat(Run.of("settings", "--config", file.toString()).out())
        .contains("encryption.keys = ***")
        .doesNotContain(KEY);
  }

  @Test
  void get_keyThatLooksLikeANumber_hintsAtString() {
    cache("keys", ValueOptions.DEFAULTS, Integer.MAX_VALUE).put("42", "text");

    Run asNumber = run("keys", "42");
    Run asString = run("keys", "42", "--string");

    assertThat(asNumber.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(asNumber.err()).contains("--string");
    assertThat(asString.out()).isEqualTo("\"text\"\n");
    assertThat(Run.of("keys", "--uri", redis.uri(), "keys").out()).isEqualTo("'42\n");
  }

  @Test
  void get_damagedBytes_saysSo() throws IOException {
    cache("damaged", ValueOptions.DEFAULTS, Integer.MAX_VALUE).put(1L, new Address("a", 1));
    Object unused = redis.call("SETRANGE", "{damaged}:1", "26", "\7\7\7\7\7\7\7\7");

    Run run = run("damaged", "1");

    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(run.out()).isEqualTo("undecodable\n");
  }

  @Test
  void get_unknownCache_namesTheOthers() {
    cache("known", ValueOptions.DEFAULTS, Integer.MAX_VALUE);

    Run run = run("knwon", "1");

    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
    assertThat(run.err()).contains("no cache 'knwon'").contains("known");
  }
}

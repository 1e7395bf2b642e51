package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Timestamp;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
@SuppressWarnings("GetClassOnEnum")
class AllowListTest {

  private static final String HERE = AllowListTest.class.getName();

  sealed interface Shape permits Circle, Square {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  static class Parent {}

  static class Child extends Parent {}

  enum Size {
    SMALL,
    LARGE {
      @Override
      public String toString() {
        return "large";
      }
    }
  }

  @Test
  void allows_valueOrCollectionOfTheJdk_isTrue() {
    AllowList list = AllowList.of(List.of());

    for (Class<?> type :
        List.of(
            int.class,
            Integer.class,
            String.class,
            long[].class,
            String[][].class,
            UUID.class,
            BigDecimal.class,
            ZonedDateTime.class,
            Timestamp.class,
            ArrayList.class,
            Collections.unmodifiableList(List.of()).getClass(),
            List.of(1).getClass(),
            IllegalStateException.class)) {
      assertThat(list.allows(type)).as(type.getName()).isTrue();
    }
  }

  @Test
  void allows_otherClass_isFalse() throws Exception {
    AllowList list = AllowList.of(List.of());

    for (Class<?> type :
        List.of(
            Circle.class,
            Size.class,
            Thread.class,
            URL.class,
            ClassLoader.class,
            Runtime.class,
            ProcessBuilder.class,
            java.rmi.server.UnicastRemoteObject.class,
            java.lang.invoke.SerializedLambda.class,
            java.lang.invoke.MethodHandle.class,
            java.util.ServiceLoader.class,
            java.util.logging.Logger.class,
            Class.forName("com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl"))) {
      assertThat(list.allows(type)).as(type.getName()).isFalse();
    }
  }

  @Test
  void allows_anyKindOfPattern_matches() {
    assertThat(AllowList.of(List.of(HERE + "$Circle")).allows(Circle.class)).isTrue();
    assertThat(AllowList.of(List.of(HERE + "$Circle")).allows(Circle[][].class)).isTrue();
    assertThat(AllowList.of(List.of(HERE + "$Circle")).allows(Square.class)).isFalse();
    assertThat(AllowList.of(List.of(HERE + "$C*")).allows(Circle.class)).isTrue();
    assertThat(AllowList.of(List.of("dev.corral.**")).allows(Circle.class)).isTrue();
    assertThat(AllowList.of(List.of("dev.corral.*")).allows(Circle.class)).isFalse();
    assertThat(AllowList.of(List.of("*")).allows(Thread.class)).isTrue();
  }

  @Test
  void allows_classThatAPatternRefuses_isFalse() {
    AllowList list = AllowList.of(List.of("!java.util.UUID", "!" + HERE + "$Circle"), Circle.class);

    assertThat(list.allows(UUID.class)).isFalse();
    assertThat(list.allows(Circle.class)).isFalse();
    assertThat(list.allows(String.class)).isTrue();
  }

  @Test
  void allows_configuredType_includesSuperclassesAndPermittedSubclasses() {
    assertThat(AllowList.of(List.of(), Child.class).allows(Parent.class)).isTrue();
    assertThat(AllowList.of(List.of(), Parent.class).allows(Child.class)).isFalse();
    assertThat(AllowList.of(List.of(), Shape.class).allows(Square.class)).isTrue();
    assertThat(AllowList.of(List.of(), Size.class).allows(Size.LARGE.getClass())).isTrue();
    assertThat(AllowList.of(List.of(), Object.class).allows(Circle.class)).isFalse();
  }

  @Test
  void allows_lambdaOrProxy_isFalseForAnyPattern() {
    AllowList list = AllowList.of(List.of("*"));
    Runnable lambda = () -> {};
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Runnable.class}, (p, m, a) -> null);

    assertThat(list.allows(lambda.getClass())).isFalse();
    assertThat(list.allows(proxy.getClass())).isFalse();
  }

  @Test
  void of_malformedPattern_namesIt() {
    assertThatThrownBy(() -> AllowList.of(List.of("com.*.shop")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("com.*.shop");
    assertThatThrownBy(() -> AllowList.of(List.of("maxdepth=3")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusal_anyClass_namesThePatternToAdd() {
    assertThat(AllowList.of(List.of()).refusal(Circle[].class))
        .contains("'" + HERE + "$Circle'")
        .contains("allowed-classes")
        .contains("CorralConfiguration.allowedClasses");
  }

  @Test
  void mayAllow_classThatIsAllowed_isTrue() {
    for (List<String> patterns :
        List.of(
            List.<String>of(),
            List.of("*"),
            List.of("dev.corral.**"),
            List.of("dev.corral.jcache.internal.codec.values.*"),
            List.of(HERE + "$*"),
            List.of(HERE + "$Size", "!" + HERE + "$S*"),
            List.of("!java.util.*", "java.util.concurrent.*"),
            List.of("!some.module/java.util.*", "java.base/java.net.*"))) {
      AllowList list = AllowList.of(patterns, Shape.class, Child.class);
      for (Class<?> type :
          List.of(
              long[][].class,
              String[].class,
              Circle.class,
              Square[].class,
              Child.class,
              Parent.class,
              Size.class,
              Size.LARGE.getClass(),
              Size[][].class,
              ArrayList.class,
              URL.class,
              Thread.class,
              UUID.class,
              List.of(1).getClass(),
              java.util.concurrent.ConcurrentHashMap.class,
              AllowListTest.class)) {
        if (list.allows(type)) {
          assertThat(list.mayAllow(type.getName())).as("%s %s", patterns, type).isTrue();
        }
      }
    }
  }

  @Test
  void mayAllow_otherName_isFalse() {
    AllowList list = AllowList.of(List.of("com.shop.*", "com.lib.**", "com.exact.One", "com.pre*"));

    for (String name :
        List.of(
            "java.lang.Thread",
            "[Ljava.lang.Thread;",
            "com.shop.deep.Order",
            "com.shopping.Order",
            "com.exact.OneMore",
            "com.lib",
            "",
            "[",
            "x".repeat(100_000))) {
      assertThat(list.mayAllow(name)).as(name).isFalse();
    }
    for (String name :
        List.of("com.shop.Order", "[[Lcom.shop.Order;", "com.lib.a.b.C", "com.prefix.D", "[I")) {
      assertThat(list.mayAllow(name)).as(name).isTrue();
    }
  }

  @Test
  void refusal_hostileName_isShort() {
    assertThat(AllowList.of(List.of()).refusal("x".repeat(100_000))).hasSizeLessThan(200);
    assertThat(AllowList.of(List.of()).refusal("[[Lcom.shop.Order;")).contains("'com.shop.Order'");
  }
}

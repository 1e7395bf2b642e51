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
}

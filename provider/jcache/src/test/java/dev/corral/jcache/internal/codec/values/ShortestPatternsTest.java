package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShortestPatternsTest {

  @Test
  void of_classes_areFewAndNarrow() {
    assertThat(ShortestPatterns.of(List.of("com.shop.Order"))).containsExactly("com.shop.Order");
    assertThat(ShortestPatterns.of(List.of("com.shop.Order", "com.shop.Order$Line")))
        .containsExactly("com.shop.*");
    assertThat(ShortestPatterns.of(List.of("com.shop.model.Order", "com.shop.model.tax.Rate")))
        .containsExactly("com.shop.model.**");
    assertThat(ShortestPatterns.of(List.of("com.shop.a.A", "com.shop.b.B", "com.shop.a.c.C")))
        .containsExactly("com.shop.**");
    assertThat(ShortestPatterns.of(List.of("com.shop.A", "com.bank.B")))
        .containsExactly("com.bank.B", "com.shop.A");
    assertThat(ShortestPatterns.of(List.of("com.shop.A", "com.shopping.B")))
        .containsExactly("com.shop.A", "com.shopping.B");
    assertThat(ShortestPatterns.of(List.of("com.github.alice.A", "com.github.bob.B")))
        .containsExactly("com.github.alice.A", "com.github.bob.B");
    assertThat(ShortestPatterns.of(List.of("shop.A", "shop.B", "Plain", "Other")))
        .containsExactly("Other", "Plain", "shop.*");
  }

  /** A pattern for a whole library would allow classes that hostile bytes can misuse. */
  @Test
  void of_classesOfLibraries_areNamedOneByOne() {
    assertThat(
            ShortestPatterns.of(
                List.of("java.net.URL", "java.net.Proxy", "org.hibernate.A", "org.hibernate.b.B")))
        .containsExactly("java.net.Proxy", "java.net.URL", "org.hibernate.A", "org.hibernate.b.B");
  }

  /** Each pattern list allows all its classes, by the rules of the allow-list. */
  @Test
  void of_classes_areAllowedByThePatterns() {
    List<Class<?>> classes =
        List.of(ShortestPatternsTest.class, org.junit.jupiter.api.Test.class, java.net.URL.class);
    AllowList list =
        AllowList.of(ShortestPatterns.of(classes.stream().map(Class::getName).toList()));

    assertThat(classes).allMatch(list::allows);
    assertThat(list.allows(java.net.URLClassLoader.class)).isFalse();
  }
}

package dev.corral.jcache;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares the public API with {@code api.txt}, so that no change of it goes unnoticed. A release
 * is also compared with the one before by japicmp, see docs/release.md.
 */
class PublicApiTest {

  private static final Path FILE = Path.of("api.txt");
  private static final List<String> PACKAGES =
      List.of("dev.corral.jcache", "dev.corral.jcache.codec", "dev.corral.jcache.spi");

  /** Methods that each object has. */
  private static final Set<String> OF_OBJECTS = Set.of("equals", "hashCode", "toString");

  /** What the texts of some forms are, so that the comparison is known to see a change. */
  @SuppressWarnings("unused")
  sealed interface Sample<T extends Comparable<T>> extends Iterable<@Nullable T> permits OneSample {

    int LIMIT = 3;

    @Nullable List<@Nullable String> names(T first, @Nullable Object[]... others)
        throws IOException;

    @Deprecated
    static <E extends Exception> void check(Class<? extends E> type) throws E {}
  }

  record OneSample<T extends Comparable<T>>(@Nullable T value) implements Sample<T> {

    @Override
    public @Nullable List<@Nullable String> names(T first, @Nullable Object[]... others) {
      return null;
    }

    @Override
    public java.util.Iterator<@Nullable T> iterator() {
      return java.util.Collections.emptyIterator();
    }
  }

  @Test
  void publicApi_comparedWithTheFile_isTheSame() throws IOException {
    String actual =
        PACKAGES.stream()
            .flatMap(PublicApiTest::typesOf)
            .filter(PublicApiTest::isPublic)
            .map(PublicApiTest::text)
            .sorted()
            .collect(joining("\n"));
    if (Boolean.getBoolean("test.write-api")) {
      Files.writeString(FILE, actual);
    }

    assertThat(actual)
        .as(
            "The public API is not that of %s. If the change is meant, run this test with"
                + " -Dtest.write-api=true, commit the file, and describe the change in"
                + " CHANGELOG.md; from 1.0 on, only additions are allowed in a minor version.",
            FILE.toAbsolutePath())
        .isEqualTo(Files.readString(FILE));
  }

  @Test
  void text_ofASample_hasWhatACallerDependsOn() {
    String sample = "dev.corral.jcache.PublicApiTest$Sample";

    assertThat(text(Sample.class))
        .isEqualTo(
            """
            abstract static sealed interface %1$s<T extends java.lang.Comparable<T>> \
            extends java.lang.Iterable<@Nullable T> permits dev.corral.jcache.PublicApiTest$OneSample
              @Deprecated public static <E extends java.lang.Exception> void \
            check(java.lang.Class<? extends E>) throws E
              public abstract @Nullable java.util.List<@Nullable java.lang.String> \
            names(T, @Nullable java.lang.Object[][]) throws java.io.IOException
              public static final int LIMIT = 3
            """
                .formatted(sample));
    assertThat(text(OneSample.class))
        .startsWith(
            "static final record dev.corral.jcache.PublicApiTest$OneSample<T extends"
                + " java.lang.Comparable<T>> implements "
                + sample
                + "<T>\n")
        .contains("  public @Nullable T value()\n");
  }

  private static Stream<Class<?>> typesOf(String packageName) {
    Path folder = Path.of("target/classes", packageName.split("\\."));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(it -> it.getFileName().toString())
          .filter(it -> it.endsWith(".class") && !it.equals("package-info.class"))
          .<Class<?>>map(
              it -> {
                try {
                  return Class.forName(packageName + "." + it.replaceFirst("\\.class$", ""));
                } catch (ClassNotFoundException e) {
                  throw new AssertionError(e);
                }
              })
          .toList()
          .stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    return isPublic(type.getModifiers()) && (outer == null || isPublic(outer));
  }

  private static boolean isPublic(int modifiers) {
    return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private static String text(Class<?> type) {
    StringBuilder text = new StringBuilder(deprecated(type)).append(declaration(type));
    AnnotatedType parent = type.getAnnotatedSuperclass();
    if (parent != null && !isImplied(parent)) {
      text.append(" extends ").append(text(parent));
    }
    if (type.getInterfaces().length > 0) {
      text.append(type.isInterface() ? " extends " : " implements ")
          .append(text(type.getAnnotatedInterfaces()));
    }
    if (type.isSealed()) {
      text.append(" permits ")
          .append(
              Arrays.stream(type.getPermittedSubclasses())
                  .map(Class::getTypeName)
                  .collect(joining(", ")));
    }
    text.append('\n');
    Set<String> members = new TreeSet<>();
    for (Field field : type.getDeclaredFields()) {
      add(members, field, field, " " + text(field.getAnnotatedType()) + " " + constant(field));
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      add(members, constructor, constructor, signature(constructor, ""));
    }
    for (Method method : type.getDeclaredMethods()) {
      if (!OF_OBJECTS.contains(method.getName())) {
        String result = text(method.getAnnotatedReturnType()) + " ";
        add(members, method, method, signature(method, result));
      }
    }
    members.forEach(it -> text.append("  ").append(it).append('\n'));
    return text.toString();
  }

  private static String declaration(Class<?> type) {
    String kind =
        type.isAnnotation()
            ? "@interface"
            : type.isInterface() ? "interface" : type.isEnum() ? "enum" : "class";
    String modifiers = Modifier.toString(type.getModifiers() & ~Modifier.INTERFACE);
    return (modifiers.isEmpty() ? "" : modifiers + " ")
        + (type.isSealed() ? "sealed " : "")
        + (type.isRecord() ? "record" : kind)
        + " "
        + type.getTypeName()
        + variables(type);
  }

  private static String variables(GenericDeclaration declaration) {
    TypeVariable<?>[] variables = declaration.getTypeParameters();
    return variables.length == 0
        ? ""
        : Arrays.stream(variables).map(PublicApiTest::variable).collect(joining(", ", "<", ">"));
  }

  private static boolean isImplied(AnnotatedType parent) {
    return parent.getType() == Object.class
        || parent.getType() == Record.class
        || parent.getType().getTypeName().startsWith("java.lang.Enum<");
  }

  private static void add(
      Set<String> members, Member member, AnnotatedElement annotated, String signature) {
    if (isPublic(member.getModifiers()) && !member.isSynthetic()) {
      int kinds =
          member instanceof Method
              ? Modifier.methodModifiers() & ~Modifier.SYNCHRONIZED
              : Modifier.fieldModifiers() & ~(Modifier.TRANSIENT | Modifier.VOLATILE);
      members.add(
          deprecated(annotated) + Modifier.toString(member.getModifiers() & kinds) + signature);
    }
  }

  private static String deprecated(AnnotatedElement element) {
    return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
  }

  private static String signature(Executable executable, String result) {
    String variables = variables(executable);
    boolean isDefault = executable instanceof Method method && method.isDefault();
    String name =
        executable instanceof Method
            ? executable.getName()
            : executable.getDeclaringClass().getTypeName();
    String failures = text(executable.getAnnotatedExceptionTypes());
    return (isDefault ? " default " : " ")
        + (variables.isEmpty() ? "" : variables + " ")
        + result
        + name
        + "("
        + text(executable.getAnnotatedParameterTypes())
        + ")"
        + (failures.isEmpty() ? "" : " throws " + failures);
  }

  private static String variable(TypeVariable<?> variable) {
    String bounds =
        Arrays.stream(variable.getAnnotatedBounds())
            .filter(it -> it.getType() != Object.class || it.getAnnotations().length > 0)
            .map(PublicApiTest::text)
            .collect(joining(" & "));
    return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
  }

  private static String constant(Field field) {
    boolean isConstant =
        Modifier.isPublic(field.getModifiers())
            && Modifier.isStatic(field.getModifiers())
            && (field.getType().isPrimitive() || field.getType() == String.class);
    try {
      return field.getName() + (isConstant ? " = " + field.get(null) : "");
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(AnnotatedType... types) {
    return Arrays.stream(types).map(PublicApiTest::text).collect(joining(", "));
  }

  private static String text(AnnotatedType type) {
    String name = type.getType().getTypeName();
    if (type instanceof AnnotatedArrayType array) {
      return text(array.getAnnotatedGenericComponentType()) + nullable(array) + "[]";
    } else if (type instanceof AnnotatedParameterizedType generic) {
      name =
          ((ParameterizedType) type.getType()).getRawType().getTypeName()
              + "<"
              + text(generic.getAnnotatedActualTypeArguments())
              + ">";
    }
    return nullable(type) + name;
  }

  private static String nullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "";
  }
}

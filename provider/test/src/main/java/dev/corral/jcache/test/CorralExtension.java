package dev.corral.jcache.test;

import java.lang.reflect.Modifier;
import javax.cache.CacheManager;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The extension behind {@link CorralTest}. Use the annotation, or {@code @ExtendWith} with this
 * class for the defaults of the annotation.
 */
public final class CorralExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(CorralExtension.class);

  /** For JUnit. */
  public CorralExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == CacheManager.class
        || type == CachingProvider.class
        || type == RedisControl.class;
  }

  /**
   * The object of the test; the first parameter starts the server, if it is not running.
   *
   * @throws ParameterResolutionException for parameters of constructors and of static methods,
   *     which belong to no single test, and if Redis cannot be used
   */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "A %s belongs to a single test: make it a parameter of the test, or of a method with @BeforeEach"
              .formatted(type.getSimpleName()));
    }
    RedisControl control = control(context);
    if (type == RedisControl.class) {
      return control;
    }
    return type == CachingProvider.class
        ? control.provider()
        : control.provider().getCacheManager();
  }

  private static RedisControl control(ExtensionContext context) {
    Store store = context.getStore(NAMESPACE);
    try {
      return store
          .getOrComputeIfAbsent(ControlOfTest.class, key -> open(context), ControlOfTest.class)
          .control();
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new ParameterResolutionException(String.valueOf(e.getMessage()), e);
    }
  }

  private static ControlOfTest open(ExtensionContext context) {
    TestOptions options = TestOptions.of(annotation(context.getRequiredTestClass()));
    TestServer server =
        options.uri() == null ? embedded(context.getRoot().getStore(NAMESPACE)) : given(options);
    return new ControlOfTest(new RedisControl(server, options));
  }

  private static TestServer given(TestOptions options) {
    return TestServer.given(String.valueOf(options.uri()));
  }

  /** The server of all tests; the store of the root closes it after the last test. */
  private static TestServer embedded(Store store) {
    return store
        .getOrComputeIfAbsent(
            ServerOfAllTests.class,
            key -> new ServerOfAllTests(TestServer.startEmbedded()),
            ServerOfAllTests.class)
        .server();
  }

  /** The annotation of a class, or of the class around a nested one; null if there is none. */
  private static @Nullable CorralTest annotation(Class<?> testClass) {
    CorralTest found = testClass.getAnnotation(CorralTest.class);
    Class<?> around = testClass.getEnclosingClass();
    boolean isNested = around != null && !Modifier.isStatic(testClass.getModifiers());
    return found != null || !isNested ? found : annotation(around);
  }

  // JUnit 5 closes what has its own interface; JUnit 6 closes what is AutoCloseable.

  /** The control of one test, which is closed after the test. */
  private record ControlOfTest(RedisControl control)
      implements Store.CloseableResource, AutoCloseable {

    @Override
    public void close() {
      control.close();
    }
  }

  /** The embedded server, which is closed after the last test. */
  private record ServerOfAllTests(TestServer server)
      implements Store.CloseableResource, AutoCloseable {

    @Override
    public void close() {
      server.close();
    }
  }
}

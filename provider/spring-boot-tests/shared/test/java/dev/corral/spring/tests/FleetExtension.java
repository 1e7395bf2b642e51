package dev.corral.spring.tests;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link Fleet}, which starts once for all classes and stops after the last. */
final class FleetExtension implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Fleet.class;
  }

  @Override
  public Fleet resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return fleet(context);
  }

  static Fleet fleet(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(FleetExtension.class))
        .computeIfAbsent(Fleet.class, type -> start(), Fleet.class);
  }

  private static Fleet start() {
    try {
      return Fleet.start();
    } catch (IOException e) {
      throw new IllegalStateException("The instances do not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}

package dev.corral.tool;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/** Knows whether a person sees the output and can type. */
final class Terminal {

  private Terminal() {}

  /** The console; null without a terminal. Since JDK 22 there is a console without one, too. */
  @SuppressWarnings("SystemConsoleNull")
  static @Nullable Console console() {
    Console console = System.console();
    if (console == null) {
      return null;
    }
    try {
      Object isTerminal = Console.class.getMethod("isTerminal").invoke(console);
      return Boolean.TRUE.equals(isTerminal) ? console : null;
    } catch (NoSuchMethodException e) {
      return console;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return null;
    }
  }
}

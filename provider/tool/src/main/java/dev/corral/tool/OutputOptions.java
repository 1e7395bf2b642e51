package dev.corral.tool;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.Console;
import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command prints its result. */
final class OutputOptions {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
          .build();

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  boolean isJson() {
    return json;
  }

  /** Prints a report as JSON, or its text. */
  void print(Object report, Supplier<String> text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(report) : text.get().stripTrailing());
    out.flush();
  }

  /** Prints one line on standard error. */
  void note(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  private static String json(Object report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Prints a report as JSON on one line. */
  void line(Object report) {
    try {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          JSON.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The progress of long work; invisible without a terminal. */
  Progress progress(String task, long max) {
    return Progress.of(task, max, Terminal.console() != null);
  }

  /** Asks the user, unless {@code yes} is given; without a terminal, the answer is an error. */
  void confirm(String question, boolean yes) {
    if (yes) {
      return;
    }
    Console console = Terminal.console();
    String answer = console == null ? null : console.readLine("%s [y/N] ", question);
    if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
      throw new ToolException(ToolException.USAGE, question + " Not confirmed; use --yes");
    }
  }
}

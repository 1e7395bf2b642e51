package dev.corral.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Properties;
import javax.cache.CacheException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The command line of Corral for operators. */
@Command(
    name = "corral",
    mixinStandardHelpOptions = true,
    versionProvider = CorralTool.Version.class,
    description = "Inspects and changes the caches of Corral in Redis.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DoctorCommand.class,
      CachesCommand.class,
      SettingsCommand.class,
      StatsCommand.class,
      GetCommand.class,
      ExplainCommand.class,
      KeysCommand.class,
      HotCommand.class,
      PendingCommand.class,
      DeadLettersCommand.class,
      InvalidateCommand.class,
      ClearCommand.class,
      WarmCommand.class,
      GenerateCompletion.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done; nothing is wrong",
      " 1:the answer is negative: no such entry or cache, or the doctor found a problem",
      " 2:wrong arguments or settings, or not confirmed",
      " 3:Redis is unavailable",
      " 4:Redis refuses the login, the connection or a command",
      "70:the tool failed"
    },
    footer = {
      "",
      "Settings come from the same places as those of the provider: options, system properties,"
          + " environment, file.",
      "A <key> is its text in Redis, as 'keys' prints it: 42 is a Long, alice a String."
    })
public final class CorralTool {

  private CorralTool() {}

  /**
   * Runs a command, and ends the JVM with its exit code.
   *
   * @param arguments of the command line
   */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command line, with the exit codes of the tool. */
  static CommandLine commandLine() {
    return new CommandLine(new CorralTool())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExecutionStrategy(CorralTool::run)
        .setExecutionExceptionHandler((failure, line, parsed) -> report(failure, line));
  }

  /** Picocli would let an Error end the JVM, with the exit code of a negative answer. */
  @SuppressWarnings("CatchingUnchecked")
  private static int run(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (Error e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.toString(), e);
    }
  }

  /** Prints a failure on standard error. */
  private static int report(Exception failure, CommandLine line) {
    PrintWriter err = line.getErr();
    int exitCode =
        failure instanceof ToolException known
            ? known.exitCode()
            : failure instanceof CacheException
                ? ToolException.UNAVAILABLE
                : ToolException.INTERNAL;
    boolean isKnown = exitCode != ToolException.INTERNAL;
    err.println(isKnown ? failure.getMessage() : "The tool failed: " + failure);
    if (!isKnown) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode;
  }

  /** The version in the jar. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = CorralTool.class.getResourceAsStream("tool.properties")) {
        if (in != null) {
          properties.load(in);
        }
      }
      return new String[] {"corral " + properties.getProperty("version", "unknown")};
    }
  }
}

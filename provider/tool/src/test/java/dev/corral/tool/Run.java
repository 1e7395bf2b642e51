package dev.corral.tool;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * One run of the tool in this JVM.
 *
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
record Run(int exitCode, String out, String err) {

  static Run of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = CorralTool.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Run(exitCode, out.toString(), err.toString());
  }
}

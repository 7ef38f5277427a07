package dev.sideband.server;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** One run of one of the server's commands, and what came of it. */
record CommandRun(int exit, List<String> said, List<String> complained) {

  static CommandRun of(String command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = ServerMain.commandLine(InputStream.nullInputStream());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int exit =
        line.execute(
            Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new));
    return new CommandRun(exit, out.toString().lines().toList(), err.toString().lines().toList());
  }
}

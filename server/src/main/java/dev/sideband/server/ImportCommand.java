package dev.sideband.server;

import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sideband import}: takes exported conversations into a data folder. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Takes exported conversations into a data folder, which no server has open.",
    footer = {
      "",
      "Sequences stay. A conversation that is there already is skipped, one that is",
      "there in part, from an import that broke off, is completed, and one that differs",
      "is refused. So is a live one without its private parts, whose call nobody could",
      "find. With them it is live here, too, and the next server on this folder takes",
      "over its call: the old one must not run any more.",
      "",
      "Examples:",
      "  ./sideband import sideband-data moved.pb",
      "  ./sideband export old --format json | ./sideband import new -",
      "",
      "Exit codes: 0 all there; 1 some refused, or the file is damaged; 2 cannot be",
      "opened; 74 the log could not be written."
    })
final class ImportCommand implements Callable<Integer> {
  private final InputStream stdin;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FOLDER", description = "Made if it is missing.")
  private Path folder = Path.of("");

  @Parameters(index = "1", paramLabel = "FILE", description = "What export wrote; - = stdin.")
  private Path file = Path.of("");

  @Option(
      names = "--owner",
      paramLabel = "NAME",
      defaultValue = "local",
      description = "Whose they are, when the file does not say. Default: ${DEFAULT-VALUE}.")
  private String owner = "local";

  ImportCommand(InputStream stdin) {
    this.stdin = stdin;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (InputStream in = new BufferedInputStream(input());
        EventLog log = log()) {
      Importer importer = new Importer(log, owner, line -> out.println("  " + line));
      try {
        importer.take(ExportFormat.read(in));
      } catch (IOException | ImportException | EventLogException e) {
        spec.commandLine().getErr().println("sideband import: " + e.getMessage());
      }
      out.println(importer.summary());
      out.flush();
      return importer.isComplete() ? 0 : 1;
    }
  }

  private InputStream input() throws IOException {
    if (file.toString().equals("-")) {
      return stdin;
    }
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw ConfigException.of(file + ": not there (expected: a file that export wrote)");
    }
  }

  private EventLog log() {
    try {
      return RocksDbEventLog.open(
          RocksDbConfig.at(folder),
          event -> {},
          ServeCommand::halt,
          new NamedThreads("log-writer"));
    } catch (EventLogException e) {
      throw ConfigException.of(String.valueOf(e.getMessage()));
    }
  }
}

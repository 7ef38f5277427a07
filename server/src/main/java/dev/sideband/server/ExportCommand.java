package dev.sideband.server;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.rocksdb.StoredLog;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sideband export}: writes conversations to a file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes the conversations of a data folder, which no server has open, to a file.",
    footer = {
      "",
      "The format is sideband.store.v1.ExportRecord, length-delimited, or a line of",
      "JSON each. Without --with-private nothing private leaves: no call id, session,",
      "principal or provider JSON.",
      "",
      "Examples:",
      "  ./sideband export sideband-data --format json",
      "  ./sideband export sideband-data --with-private -o moved.pb",
      "",
      "Exit codes: 0 written; 1 the log is damaged or the file cannot be written;",
      "2 cannot be opened."
    })
final class ExportCommand implements Callable<Integer> {
  private final OutputStream stdout;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FOLDER", description = "The data folder.")
  private Path folder = Path.of("");

  @Option(names = "--conversation", paramLabel = "ID", description = "This one only.")
  private @Nullable String conversation;

  @Option(
      names = "--format",
      defaultValue = "PROTOBUF",
      description = "protobuf or json. Default: protobuf.")
  private ExportFormat format = ExportFormat.PROTOBUF;

  @Option(
      names = "--with-private",
      description = "With all that must stay private; a file is then its owner's only.")
  private boolean withPrivate;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "A new file. Default: standard output.")
  private @Nullable Path output;

  ExportCommand(OutputStream stdout) {
    this.stdout = stdout;
  }

  @Override
  public Integer call() {
    try (StoredLog stored = OpeningFailures.openStored(folder)) {
      Optional<ConversationId> one = one(stored);
      if (output == null) {
        export(stored, one, stdout);
      } else {
        try (OutputStream file = create(output)) {
          export(stored, one, file);
        }
      }
      return 0;
    } catch (EventLogException | IOException e) {
      say("sideband export: " + e.getMessage());
      return 1;
    }
  }

  private void export(StoredLog stored, Optional<ConversationId> one, OutputStream to)
      throws IOException {
    OutputStream out = new BufferedOutputStream(to);
    Exporter exporter = new Exporter(stored, new Exporter.Form(format, withPrivate), out);
    exporter.export(one);
    out.flush();
    say(
        "exported %s, %s"
            .formatted(
                VerifyCommand.counted(exporter.conversations(), "conversation"),
                VerifyCommand.counted(exporter.entries(), "event")));
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }

  private Optional<ConversationId> one(StoredLog stored) {
    if (conversation == null) {
      return Optional.empty();
    }
    try {
      ConversationId id = ConversationId.parse(conversation);
      if (stored.head(id).isPresent()) {
        return Optional.of(id);
      }
    } catch (IllegalArgumentException e) {
      throw ConfigException.of("--conversation: " + conversation + " (expected: a UUID)");
    }
    throw ConfigException.of(
        "--conversation: %s (expected: one that is in %s)".formatted(conversation, folder));
  }

  private OutputStream create(Path file) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      return Channels.newOutputStream(
          withPrivate
              ? Files.newByteChannel(
                  file,
                  options,
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))
              : Files.newByteChannel(file, options));
    } catch (FileAlreadyExistsException e) {
      throw ConfigException.of("--output: " + file + " (expected: a file that is not there yet)");
    }
  }
}

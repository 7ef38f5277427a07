package dev.sideband.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.StoredLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was exported is the same where it is imported, and nothing private leaves unasked. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExportImportTest {
  private final Path from;
  private final Path to;
  private final Path file;
  private final RecordedLog recorded;

  ExportImportTest(@TempDir Path temporary) {
    this.from = temporary.resolve("from");
    this.to = temporary.resolve("to");
    this.file = temporary.resolve("file");
    this.recorded = RecordedLog.write(from);
  }

  private CommandRun export(String... options) throws IOException {
    Files.deleteIfExists(file);
    String[] arguments = Arrays.copyOf(options, options.length + 3);
    arguments[options.length] = from.toString();
    arguments[options.length + 1] = "-o";
    arguments[options.length + 2] = file.toString();
    CommandRun run = CommandRun.of("export", arguments);
    assertThat(run.exit()).as("%s", run.complained()).isZero();
    return run;
  }

  private CommandRun take() {
    return CommandRun.of("import", to.toString(), file.toString());
  }

  private static List<LogEntry> entries(Path folder, ConversationId conversation) {
    try (StoredLog log = StoredLog.open(folder)) {
      return log.readEntries(conversation, 0, Integer.MAX_VALUE);
    }
  }

  private static Head head(Path folder, ConversationId conversation) {
    try (StoredLog log = StoredLog.open(folder)) {
      return log.head(conversation).orElseThrow();
    }
  }

  private void assertSame(ConversationId conversation) {
    assertThat(entries(to, conversation))
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(entries(from, conversation));
    assertThat(head(to, conversation))
        .usingRecursiveComparison()
        .ignoringFields("epoch")
        .isEqualTo(head(from, conversation));
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void shouldBeTheSameWhenExportedWithPrivateAndImported(String format) throws IOException {
    CommandRun exported = export("--format", format, "--with-private");
    assertThat(exported.complained()).containsExactly("exported 3 conversations, 13 events");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    CommandRun run = take();
    assertThat(run.complained()).isEmpty();
    assertThat(run.said()).containsExactly("imported 3 conversations, 1 of them live");
    assertThat(run.exit()).isZero();
    assertSame(recorded.ended());
    assertSame(recorded.other());
    assertSame(recorded.live());
    assertThat(CommandRun.of("verify", to.toString()).exit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void shouldHaveNothingPrivateWhenNotAskedForIt(String format) throws IOException {
    export("--format", format);
    String bytes = Files.readString(file, ISO_8859_1);
    assertThat(bytes).contains("word 2").doesNotContain(RecordedLog.SECRET, "\"ann\"", "\u0003ann");

    CommandRun run = take();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.said())
        .containsExactly(
            "  " + recorded.live() + ": is live, and its private parts are missing",
            "imported 2 conversations; 1 refused");
    assertThat(head(to, recorded.ended()).owner()).isEqualTo("local");
    assertThat(entries(to, recorded.ended()))
        .extracting(entry -> entry.privatePart().length)
        .containsOnly(0);
  }

  @Test
  void shouldSkipWhatIsThereWhenImportedAgain() throws IOException {
    export("--with-private");
    take();

    CommandRun again = take();
    assertThat(again.exit()).isZero();
    assertThat(again.said()).containsExactly("imported 0 conversations; 3 there already");
    assertSame(recorded.ended());
  }

  @Test
  void shouldCompleteWhatIsThereInPartWhenTheFileBrokeOff() throws IOException {
    export("--with-private");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += whole.length / 12) {
      Files.write(file, Arrays.copyOf(whole, length));
      CommandRun broken = take();
      assertThat(broken.exit()).as("%d bytes", length).isEqualTo(1);
      assertThat(broken.complained()).hasSize(1);
    }
    Files.write(file, whole);

    assertThat(take().exit()).isZero();
    assertSame(recorded.ended());
    assertSame(recorded.live());
    assertThat(CommandRun.of("verify", to.toString()).exit()).isZero();
  }

  @Test
  void shouldRefuseAConversationWhenAnotherOfItsIdIsThere() throws IOException {
    export("--with-private", "--conversation", recorded.ended().toString());
    RecordedLog.writeOther(to, recorded.ended());

    CommandRun run = take();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.said())
        .containsExactly(
            "  " + recorded.ended() + ": another conversation of this id is there",
            "imported 0 conversations; 1 refused");
  }

  @Test
  void shouldSayWhatIsWrongWhenItCannotBegin() throws IOException {
    export("--with-private");
    String output = file.toString();
    CommandRun overwriting = CommandRun.of("export", from.toString(), "-o", output);
    assertThat(overwriting.exit()).isEqualTo(2);
    assertThat(overwriting.complained().get(0)).contains("--output: " + file, "not there yet");
    String unknown = "00000000-0000-8000-8000-000000000000";
    assertThat(CommandRun.of("export", from.toString(), "--conversation", unknown).exit())
        .isEqualTo(2);
    assertThat(CommandRun.of("import", to.toString(), output + "x").exit()).isEqualTo(2);

    Files.writeString(file, "no export at all");
    CommandRun strange = take();
    assertThat(strange.exit()).isEqualTo(1);
    assertThat(strange.complained()).hasSize(1);
  }
}

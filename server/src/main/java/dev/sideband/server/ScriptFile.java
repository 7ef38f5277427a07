package dev.sideband.server;

import com.google.protobuf.util.Timestamps;
import dev.sideband.server.provider.loopback.LoopbackScript;
import dev.sideband.store.v1.ExportRecord;
import dev.sideband.store.v1.ExportedConversation;
import dev.sideband.store.v1.ExportedEntry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A file of exported conversations as a script for the loopback. One thread. */
final class ScriptFile {
  private record Recorded(ExportedConversation conversation, ScriptWriter script) {}

  private final Path file;
  private final Speed speed;
  private final List<Recorded> recorded = new ArrayList<>();
  private boolean ended;

  private ScriptFile(Path file, Speed speed) {
    this.file = file;
    this.speed = speed;
  }

  /**
   * Reads a file; its calls are played in the order in which their conversations started.
   *
   * @param speed of what waits for no client
   * @throws ConfigException if it cannot be played
   */
  static LoopbackScript read(Path file, Speed speed) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw ConfigException.invalid("--script", file, "a file that export wrote");
    }
    ScriptFile script = new ScriptFile(file, speed);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      script.take(ExportFormat.read(in));
    } catch (IOException e) {
      throw ConfigException.of("--script: %s: %s".formatted(file, e.getMessage()));
    }
    return script.finish();
  }

  private void take(ExportFormat.Source source) throws IOException {
    boolean withPrivate =
        source.next().filter(head -> head.getHeader().getWithPrivate()).isPresent();
    if (!withPrivate) {
      throw ConfigException.invalid(
          "--script", file, "what export --with-private wrote: the provider's words are private");
    }
    Optional<ExportRecord> next = source.next();
    while (next.isPresent()) {
      take(next.get());
      next = source.next();
    }
  }

  private void take(ExportRecord export) {
    switch (export.getRecordCase()) {
      case CONVERSATION ->
          recorded.add(new Recorded(export.getConversation(), new ScriptWriter(speed)));
      case ENTRY -> {
        if (recorded.isEmpty()) {
          throw ConfigException.of("--script: " + file + ": an event of no conversation");
        }
        ExportedEntry entry = export.getEntry();
        recorded
            .get(recorded.size() - 1)
            .script()
            .take(entry.getEvent(), entry.getPrivatePart().getProviderJson());
      }
      default -> ended = export.hasEnd();
    }
  }

  private LoopbackScript finish() {
    if (!ended) {
      throw ConfigException.invalid("--script", file, "a whole file; this one broke off");
    }
    List<List<LoopbackScript.Line>> calls =
        recorded.stream()
            .sorted(
                Comparator.comparing(
                    (Recorded each) -> each.conversation().getStartedAt(), Timestamps.comparator()))
            .flatMap(each -> each.script().calls().stream())
            .toList();
    if (calls.isEmpty()) {
      throw ConfigException.invalid("--script", file, "one call at least that a provider held");
    }
    return new LoopbackScript(calls);
  }
}

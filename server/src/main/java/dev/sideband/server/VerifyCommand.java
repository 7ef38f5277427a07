package dev.sideband.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sideband.server.log.rocksdb.StoredLog;
import dev.sideband.server.log.rocksdb.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sideband verify}: says whether a data folder is whole. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Checks a data folder that no server has open; changes nothing in it.",
    footer = {
      "",
      "Every conversation: no gap, every entry readable and in its place, the end at",
      "the end; and every index against what it lists.",
      "",
      "Examples:",
      "  ./sideband verify sideband-data",
      "  ./sideband verify /var/lib/sideband --json",
      "",
      "Exit codes: 0 clean; 1 damaged, each finding a line; 2 cannot be opened."
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FOLDER", description = "The data folder.")
  private Path folder = Path.of("");

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Verification found;
    try (StoredLog stored = OpeningFailures.openStored(folder)) {
      found = stored.verify(new EntryRules());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(asMap(found)));
    } else {
      print(found, out);
    }
    out.flush();
    return found.isClean() ? 0 : 1;
  }

  private void print(Verification found, PrintWriter out) {
    long findings = found.findings().size() + found.furtherFindings();
    out.println(
        findings == 0
            ? folder + " is clean"
            : "%s is damaged: %s".formatted(folder, counted(findings, "finding")));
    found.findings().forEach(finding -> out.println("  " + finding));
    if (found.furtherFindings() > 0) {
      out.println("  ... and %,d more".formatted(found.furtherFindings()));
    }
    line(
        out,
        counted(found.conversations(), "conversation"),
        "%,d live, %,d ended".formatted(found.live(), found.conversations() - found.live()));
    line(
        out,
        counted(found.events(), "event"),
        size(found.bytesOnDisk()) + " on disk, last commit %,d".formatted(found.lastPosition()));
    line(out, counted(found.openings(), "opening"), tails(found));
  }

  private static void line(PrintWriter out, String what, String more) {
    out.println("  %-20s  %s".formatted(what, more).stripTrailing());
  }

  private static String tails(Verification found) {
    Verification.Cuts cuts = found.cuts();
    if (found.tornBytes() > 0) {
      return "the next one will cut off a torn tail of " + counted(found.tornBytes(), "byte");
    }
    return cuts.times() == 0
        ? ""
        : "%s of torn tails were cut off, last by opening %,d"
            .formatted(counted(cuts.bytes(), "byte"), cuts.lastOpening());
  }

  static String counted(long number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  private static String size(long bytes) {
    return bytes < 1 << 20
        ? "%.1f KiB".formatted(bytes / 1024.0)
        : String.format(Locale.ROOT, "%,.1f MiB", bytes / 1024.0 / 1024.0);
  }

  private Map<String, Object> asMap(Verification found) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("folder", folder.toString());
    map.put("clean", found.isClean());
    map.put("conversations", found.conversations());
    map.put("live", found.live());
    map.put("events", found.events());
    map.put("bytes_on_disk", found.bytesOnDisk());
    map.put("last_position", found.lastPosition());
    map.put("openings", found.openings());
    map.put("torn_bytes", found.tornBytes());
    map.put("cut_times", found.cuts().times());
    map.put("cut_bytes", found.cuts().bytes());
    map.put("findings", found.findings());
    map.put("further_findings", found.furtherFindings());
    return map;
  }
}

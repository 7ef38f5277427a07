package dev.sideband.cli.torture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Has {@code sideband verify} look at a data folder that no server has open any more. */
final class FolderCheck {
  private FolderCheck() {}

  /** Waits for it; one that cannot be looked at is a finding too. */
  static Evidence.Folder of(TorturePlan plan, Path log) {
    String json = verify(plan, log);
    try {
      JsonObject found = JsonParser.parseString(json).getAsJsonObject();
      List<String> findings = new ArrayList<>();
      for (JsonElement finding : found.getAsJsonArray("findings")) {
        findings.add(finding.getAsString());
      }
      return new Evidence.Folder(found.get("events").getAsLong(), findings);
    } catch (JsonSyntaxException | IllegalStateException e) {
      return new Evidence.Folder(0, List.of("cannot be checked: verify printed no JSON"));
    }
  }

  private static String verify(TorturePlan plan, Path log) {
    ProcessBuilder verify =
        new ProcessBuilder(plan.launcher().toString(), "verify", log.toString(), "--json")
            .redirectError(
                ProcessBuilder.Redirect.appendTo(plan.folder().resolve("verify.err").toFile()));
    try {
      Process process = verify.start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return printed;
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED, e, "the data folder could not be checked: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, e, "interrupted");
    }
  }
}

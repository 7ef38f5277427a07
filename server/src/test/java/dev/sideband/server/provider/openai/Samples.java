package dev.sideband.server.provider.openai;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Samples of the protocol, one a line. */
final class Samples {

  private Samples() {}

  static List<String> lines(String resource) {
    try (InputStream in = Samples.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AssertionError("no resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The sample of a type. */
  static String of(String type) {
    return lines("ga-server-events.jsonl").stream()
        .filter(line -> line.contains("\"type\":\"" + type + "\",\"event_id\""))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sample of " + type));
  }
}

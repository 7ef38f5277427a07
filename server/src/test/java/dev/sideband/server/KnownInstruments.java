package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

/** The instruments that there are, which dashboards, alerts and their README may ask for. */
final class KnownInstruments {
  private KnownInstruments() {}

  /** Those of OpenTelemetry's libraries for gRPC and the JVM that we look at. */
  private static final String OF_LIBRARIES =
      """
      HISTOGRAM       rpc.server.call.duration            s
      UP_DOWN_COUNTER jvm.memory.used                     By
      UP_DOWN_COUNTER jvm.memory.used_after_last_gc       By
      UP_DOWN_COUNTER jvm.memory.limit                    By
      HISTOGRAM       jvm.gc.duration                     s
      COUNTER         jvm.cpu.time                        s
      """;

  static List<Instrument> all() {
    return Stream.concat(ours(), lines(OF_LIBRARIES)).toList();
  }

  /** A server makes all of them when it opens. */
  private static Stream<Instrument> ours() {
    InstrumentBook book = new InstrumentBook();
    try (TemporaryFolder folder = TemporaryFolder.make("instruments");
        RunningServer server = RunningServer.open(folder.path(), Telemetry.of(book.telemetry()))) {
      assertThat(server.port()).isPositive();
      return book.instruments().stream();
    }
  }

  private static Stream<Instrument> lines(String table) {
    return table.lines().map(line -> line.split(" +")).map(KnownInstruments::instrument);
  }

  private static Instrument instrument(String... cells) {
    return new Instrument(cells[1], Instrument.Kind.valueOf(cells[0]), cells[2]);
  }
}

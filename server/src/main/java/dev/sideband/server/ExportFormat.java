package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.JsonFormat;
import dev.sideband.store.v1.ExportRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.Optional;

/** How records stand in an exported file. */
enum ExportFormat {
  /** Each behind its length, a varint. */
  PROTOBUF,
  /** Each a line of protobuf's JSON. What this version does not know of an event is left out. */
  JSON;

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();

  /** Gives one record after the other, then nothing. */
  @FunctionalInterface
  interface Source {
    Optional<ExportRecord> next() throws IOException;
  }

  void write(ExportRecord export, OutputStream out) throws IOException {
    if (this == JSON) {
      out.write((PRINTER.print(export) + "\n").getBytes(UTF_8));
    } else {
      export.writeDelimitedTo(out);
    }
  }

  /**
   * Reads either format: the first record is a header, whose second byte in JSON is a quotation
   * mark and in protobuf is not.
   *
   * @param in supports {@link InputStream#mark}
   */
  static Source read(InputStream in) throws IOException {
    in.mark(2);
    boolean json = in.read() == '{' && in.read() == '"';
    in.reset();
    if (!json) {
      return () -> Optional.ofNullable(ExportRecord.parseDelimitedFrom(in));
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    return () -> {
      String line = lines.readLine();
      if (line == null) {
        return Optional.empty();
      }
      ExportRecord.Builder export = ExportRecord.newBuilder();
      PARSER.merge(line, export);
      return Optional.of(export.build());
    };
  }
}

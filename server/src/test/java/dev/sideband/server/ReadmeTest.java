package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README says that the code must bear out. */
class ReadmeTest {
  private static final Path TOP = Path.of("..");

  private final List<String> lines = read("README.md");

  @Test
  void shouldListEveryErrorWithItsMeaningFromTheProto() {
    String proto =
        String.join("\n", read("proto/src/main/proto/sideband/v1/error.proto"))
            .replaceAll("\\s*//\\s*", " ");
    assertThat(
            Stream.of(ErrorCode.values())
                .filter(code -> code != ErrorCode.UNRECOGNIZED)
                .filter(code -> code != ErrorCode.ERROR_CODE_UNSPECIFIED))
        .allSatisfy(
            code -> {
              List<String> rows =
                  lines.stream().filter(line -> line.startsWith("| `" + code + "` |")).toList();
              assertThat(rows).as("rows of %s", code).hasSize(1);
              assertThat(proto).contains(rows.get(0).split(" \\| ", -1)[2]);
            });
  }

  @Test
  void shouldPointToFilesThatAreThere() {
    assertThat(lines.stream().flatMap(ReadmeTest::linked).map(TOP::resolve))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(file).exists());
  }

  private static Stream<String> linked(String line) {
    return Pattern.compile("\\]\\(([^)#:]+)\\)")
        .matcher(line)
        .results()
        .map(match -> match.group(1));
  }

  private static List<String> read(String file) {
    try {
      return Files.readAllLines(TOP.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.sideband.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.ErrorCode;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StatusMapperTest {
  private static final Path PROTO = Path.of("../proto/src/main/proto/sideband/v1/error.proto");
  private static final Pattern VALUE = Pattern.compile("((?: *//[^\\n]*\\n)+) *([A-Z_]+) = \\d+;");
  private static final Pattern STATUS = Pattern.compile("Status: ([A-Z_]+)\\.");

  @Test
  void shouldMapEachCodeAsItsCommentSays() throws IOException {
    Map<ErrorCode, Status.Code> promised = new EnumMap<>(ErrorCode.class);
    String proto = Files.readString(PROTO);
    Matcher value = VALUE.matcher(proto.substring(0, proto.indexOf("enum EndReason")));
    while (value.find()) {
      Matcher status = STATUS.matcher(value.group(1));
      if (status.find()) {
        promised.put(ErrorCode.valueOf(value.group(2)), Status.Code.valueOf(status.group(1)));
      }
    }
    assertThat(promised).hasSizeGreaterThan(35);
    promised.forEach(
        (code, status) -> assertThat(StatusMapper.codeOf(code)).as(code.name()).isEqualTo(status));
  }
}

package dev.sideband.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.cli.failure.CliException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerTargetTest {
  @Test
  void shouldReadHostAndPort() {
    assertThat(ServerTarget.parse("example.org:443", true, null).address())
        .isEqualTo("example.org:443");
    assertThat(ServerTarget.parse("[::1]:50051", false, null).host()).isEqualTo("::1");
    assertThat(ServerTarget.parse("[::1]:50051", false, null).address()).isEqualTo("[::1]:50051");
  }

  @Test
  void shouldSayWhatItExpectsOtherwise() {
    for (String wrong : List.of("", "host", "host:", ":1", "host:0", "host:99999", "::1", "a:b")) {
      assertThatThrownBy(() -> ServerTarget.parse(wrong, false, null))
          .as(wrong)
          .isInstanceOf(CliException.class)
          .hasMessageContaining("expected: HOST:PORT");
    }
  }

  @Test
  void shouldNeverPrintTheToken() {
    assertThat(ServerTarget.parse("a:1", false, "secret").toString()).isEqualTo("a:1");
  }

  @Test
  void shouldShowAsManyDigitsAsTellIdsApart() {
    assertThat(ConversationIds.distinctLength(List.of("0199a3b2-7c4e"))).isEqualTo(8);
    assertThat(ConversationIds.distinctLength(List.of("0199a3b2-7c4e", "0199a3b2-7d00")))
        .isEqualTo(11);
  }
}

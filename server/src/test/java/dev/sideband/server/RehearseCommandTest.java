package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import org.junit.jupiter.api.Test;

class RehearseCommandTest {

  @Test
  void shouldHoldWholeConversationWhenNobodyIsThere() {
    assertThat(ServerMain.commandLine(InputStream.nullInputStream()).execute("rehearse")).isZero();
  }
}

package dev.sideband.cli.talk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Terminal;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationEnding;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ChatTest {
  private final Chat chat =
      new Chat(TalkScreen.piped(InputStream.nullInputStream(), screen()), "trying again");

  private static Screen screen() {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Screen(out, Terminal.PLAIN);
  }

  private static RealtimeEvents ended(EndReason reason) {
    ConversationEnded ended = ConversationEnded.newBuilder().setReason(reason).build();
    return RealtimeEvents.newBuilder()
        .addEvents(RealtimeEvent.newBuilder().setConversationEnded(ended))
        .build();
  }

  @Test
  void shouldFailWhenTheEndNeverComes() {
    assertThatThrownBy(() -> chat.requireGoodEnd(8_000))
        .isInstanceOfSatisfying(
            CliException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED);
              assertThat(e.advice())
                  .containsExactly("see what became of it:  ./sideband show last");
            })
        .hasMessage("the server did not say within 8 s that the conversation ended");
  }

  @Test
  void shouldSayThatTheHangUpIsNotConfirmedYet() {
    chat.batch(
        RealtimeEvents.newBuilder()
            .addEvents(
                RealtimeEvent.newBuilder()
                    .setConversationEnding(
                        ConversationEnding.newBuilder().setReason(EndReason.REQUESTED)))
            .build());
    assertThatThrownBy(() -> chat.requireGoodEnd(8_000))
        .isInstanceOfSatisfying(
            CliException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED);
              assertThat(e.advice())
                  .containsExactly("see what becomes of it:  ./sideband watch last");
            })
        .hasMessage(
            "the conversation is ending, but the provider did not confirm within 8 s that the call"
                + " is hung up; the server goes on trying");
    chat.batch(ended(EndReason.REQUESTED));
    assertThatCode(() -> chat.requireGoodEnd(8_000)).doesNotThrowAnyException();
  }

  @Test
  void shouldFailWhenTheStreamIsOverWithoutAnEnd() {
    chat.end(Optional.empty());
    assertThatThrownBy(() -> chat.requireGoodEnd(8_000)).hasMessageContaining("did not say");
  }

  @Test
  void shouldTakeOnlyTheEndThatWasAskedForAsGood() {
    chat.batch(ended(EndReason.REQUESTED));
    assertThatCode(() -> chat.requireGoodEnd(8_000)).doesNotThrowAnyException();
    chat.batch(ended(EndReason.EXPIRED));
    assertThatThrownBy(() -> chat.requireGoodEnd(8_000))
        .hasMessage("the conversation ended: expired");
  }
}

package dev.sideband.cli.talk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class EditedScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final LineDisciplineTerminal terminal;
  private final EditedScreen screen;

  EditedScreenTest() throws IOException {
    terminal = new LineDisciplineTerminal("test", "xterm", bytes, UTF_8);
    terminal.setSize(new Size(60, 20));
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    screen = new EditedScreen(terminal, new Screen(out, new Terminal(true, false, 60, 24)));
  }

  @AfterEach
  void close() {
    screen.close();
  }

  private CompletableFuture<Optional<String>> reading() {
    return CompletableFuture.supplyAsync(() -> screen.readLine("you "));
  }

  private void awaitWritten(String text) {
    await().atMost(Duration.ofSeconds(20)).until(() -> bytes.toString(UTF_8).contains(text));
  }

  @Test
  void shouldKeepLiveLinesAboveTheTypedOneAndTakeTheirWordsAsTheyAre() throws Exception {
    CompletableFuture<Optional<String>> line = reading();
    awaitWritten("you ");
    screen.live(List.of("assistant   100%M sure", "sideband joined"));
    awaitWritten("100%M sure");
    awaitWritten("sideband joined");
    screen.print("finished");
    awaitWritten("finished");
    terminal.processInputBytes("yes!! do\r".getBytes(UTF_8));
    assertThat(line.get(20, TimeUnit.SECONDS)).contains("yes!! do");
    assertThat(screen.isInterrupted()).isFalse();
  }

  @Test
  void shouldCutLiveLinesToTheTerminal() {
    screen.live(List.of("x".repeat(200)));
    assertThat(bytes.toString(UTF_8)).isEqualTo("x".repeat(58) + "…\n");
  }

  @Test
  void shouldEndTheTypingAtControlCAndControlD() throws Exception {
    CompletableFuture<Optional<String>> first = reading();
    awaitWritten("you ");
    terminal.processInputByte('D' - '@');
    assertThat(first.get(20, TimeUnit.SECONDS)).isEmpty();
    assertThat(screen.isInterrupted()).isFalse();
    bytes.reset();
    CompletableFuture<Optional<String>> second = reading();
    awaitWritten("you ");
    terminal.processInputByte('C' - '@');
    assertThat(second.get(20, TimeUnit.SECONDS)).isEmpty();
    assertThat(screen.isInterrupted()).isTrue();
  }

  @Test
  void shouldShowNothingLiveAnyMoreWhenItIsClosed() {
    screen.live(List.of("live"));
    screen.close();
    bytes.reset();
    screen.live(List.of("late"));
    screen.print("finished");
    assertThat(bytes.toString(UTF_8)).isEqualTo("finished\n");
  }
}

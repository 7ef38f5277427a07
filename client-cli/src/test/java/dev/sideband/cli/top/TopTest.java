package dev.sideband.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.sideband.cli.FakeMetrics;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several readings, five seconds apart by a clock of the test's. */
@Timeout(60)
final class TopTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
  private static final Duration AT_ONCE = Duration.ofNanos(1);

  private static final String TABLE =
      """
        stage of a start        p50       p99   times
        validate             0.5 ms    1.0 ms      11   ▏
        create call           96 ms    198 ms      11   ██████████████░░░░░░░░░░░░░░░
        append               3.2 ms    5.0 ms      11   ▌
        answer               0.5 ms    1.0 ms      11   ▏
        join                 150 ms    199 ms      11   █████████████████████▉░░░░░░░
        configure             23 ms     49 ms      11   ███▎░░░
        whole start           96 ms    198 ms      11   ██████████████░░░░░░░░░░░░░░░
        until first audio    806 ms     1.9 s      11
      """;

  /** 23 of 24 lines, as the cursor wants one of its own. */
  private static final String SCREEN =
      """
      Sideband top  HOST:PORT  12:00:00Z  rates and counts over 5.0 s
        conversations      1,036  live 1,020  calling 9  ending 4  starting 3
        starts             2.2/s  answered 11
        sidebands          1,036  lost 2  joined 1,019  joining 11  absent 4
        losses             0.2/s  closed 1
        rejoins            0.2/s  rejoined 1  p50 350 ms p99 497 ms
        inputs              15/s  rejected 1  accepted 76  sent 61  acknowledged 56
        provider errors      0/s  since start: PROVIDER_RATE_LIMITED 18
                                  RESPONSE_ACTIVE 2
        tokens             593/s  input 2,536  output 429  cached 1,024  cost $0.0650
        subscribers        2,090  live 2,086  catching up 4  lag 89 events
        delivered       1.1 MB/s  ring 3 of 65,536  since start: fell behind 12
        events logged      785/s  267 kB/s  sync p99 4.9 ms  41 GB free

      """
          + TABLE;

  private static final String LARGE_SCREEN =
      """
      Sideband top  HOST:PORT  12:00:00Z  rates and counts over 5.0 s

        conversations      1,036  live 1,020  calling 9  ending 4  starting 3
        starts             2.2/s  answered 11
        sidebands          1,036  lost 2  joined 1,019  joining 11  absent 4
        losses             0.2/s  closed 1
        rejoins            0.2/s  rejoined 1  p50 350 ms p99 497 ms
        inputs              15/s  rejected 1  accepted 76  sent 61  acknowledged 56
        provider errors      0/s  since start: PROVIDER_RATE_LIMITED 18
                                  RESPONSE_ACTIVE 2
        tokens             593/s  input 2,536  output 429  cached 1,024  cost $0.0650

        subscribers        2,090  live 2,086  catching up 4  lag 89 events
        delivered       1.1 MB/s  ring 3 of 65,536  since start: fell behind 12
        events logged      785/s  267 kB/s  sync p99 4.9 ms  41 GB free

      """
          + TABLE;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  private long fiveSecondsLater() {
    return nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
  }

  private Top shown(FakeMetrics metrics, Terminal terminal) {
    Screen screen = new Screen(out, terminal);
    return Top.shown(metrics.address(), screen, () -> false, NOON, this::fiveSecondsLater);
  }

  /** All that was written until the last of these pages was read. */
  private String written(Terminal terminal, String... pages) {
    try (FakeMetrics metrics = FakeMetrics.serving(pages);
        Top top = shown(metrics, terminal)) {
      metrics.whenLastIsAskedFor(top::close);
      top.run(AT_ONCE);
      return bytes.toString(StandardCharsets.UTF_8).replace(metrics.address(), "HOST:PORT");
    }
  }

  private static String recorded(String name) {
    return FakeMetrics.recorded(name);
  }

  /** The last of two screens, without a terminal's ways to redraw it. */
  private String last(int columns, int rows) {
    String written =
        written(new Terminal(false, false, columns, rows), recorded("earlier"), recorded("later"));
    return written.substring(written.lastIndexOf("Sideband top"));
  }

  @Test
  void shouldShowWhatWasRecordedInEightyByTwentyFour() {
    assertThat(last(80, 24)).isEqualTo(SCREEN);
    assertThat(SCREEN.lines()).hasSize(23).allMatch(line -> line.length() <= 79);
  }

  @Test
  void shouldSpreadWhatWasRecordedWhereThereIsRoom() {
    assertThat(last(80, 40)).isEqualTo(LARGE_SCREEN);
    assertThat(last(120, 40)).contains("PROVIDER_RATE_LIMITED 18  RESPONSE_ACTIVE 2\n");
  }

  @Test
  void shouldCountWhatDoesNotFitIntoALowScreen() {
    assertThat(last(80, 22).lines())
        .hasSize(21)
        .contains("  provider errors      0/s  since start: PROVIDER_RATE_LIMITED 18  +1")
        .last()
        .asString()
        .startsWith("  until first audio");
    assertThat(last(80, 15).lines()).hasSize(14).last().asString().startsWith("  validate");
  }

  @Test
  void shouldStandOutWhenTheRingIsMoreThanHalfFull() {
    String full =
        recorded("later").replace("sideband_ring_events 3.0", "sideband_ring_events 40000.0");
    assertThat(written(new Terminal(true, true, 80, 24), recorded("earlier"), full))
        .contains("\u001b[33mring 40,000 of 65,536\u001b[0m");
  }

  @Test
  void shouldShowWhatThereIsSinceTheServerBeganWhenItReadForTheFirstTime() {
    String written = written(new Terminal(false, false, 80, 24), recorded("earlier"));
    assertThat(written)
        .contains("Sideband top  HOST:PORT  12:00:00Z  since the server began")
        .containsPattern("starts +· +since start: answered \\d+  PROVIDER_RATE_LIMITED \\d+\n")
        .containsPattern("create call .* since start\n");
  }

  @Test
  void shouldRedrawInPlaceOnATerminal() {
    String written =
        written(new Terminal(true, false, 80, 24), recorded("earlier"), recorded("later"));
    assertThat(written).containsOnlyOnce("A\r").contains("\u001b[23A\rSideband top");
  }

  @Test
  void shouldKeepTheFiguresAndGoOnWhenTheServerIsAwayForAWhile() {
    String written =
        written(new Terminal(true, false, 80, 24), recorded("earlier"), "", "", recorded("idle"));
    assertThat(written)
        .contains("12:00:00Z  what listens at HOST:PORT answers with status 503")
        .contains("rates over 5.0 s, since a restart")
        .contains("no starts yet");
  }

  @Test
  void shouldSayItOnceWhenNobodyLooksAndTheServerIsAway() {
    assertThat(
            written(
                new Terminal(false, false, 80, 24), recorded("earlier"), "", "", recorded("idle")))
        .containsOnlyOnce("answers with status 503");
  }

  @Test
  void shouldTellAProgramThatTheServerIsAway() {
    try (FakeMetrics metrics = FakeMetrics.serving(recorded("idle"), "", recorded("idle"));
        Top top = Top.json(metrics.address(), out, NOON, this::fiveSecondsLater)) {
      metrics.whenLastIsAskedFor(top::close);
      top.run(AT_ONCE);
    }
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(JsonParser.parseString(lines.get(1)).getAsJsonObject().get("error").getAsString())
        .contains("status 503");
    assertThat(JsonParser.parseString(lines.get(2)).getAsJsonObject().keySet()).contains("flows");
  }

  @Test
  void shouldLeaveOutNothingOfTheHeadWhenColoursAreOn() {
    String written =
        written(new Terminal(true, true, 80, 24), recorded("earlier"), recorded("later"));
    assertThat(written).contains("\u001b[1mSideband top\u001b[0m").contains("\u001b[33m");
  }
}

package dev.sideband.cli;

import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.v1.ListVoicesResponse.DialectVoices;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sideband voices}: what the assistant can sound like. */
@Command(
    name = "voices",
    description = "List the voices that the assistant can have.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {"  ./sideband voices", "  ./sideband talk --voice cedar"})
final class VoicesCommand implements Callable<Integer> {
  private final RootCommand root;

  VoicesCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    Screen screen = root.environment().screen();
    Palette palette = screen.palette();
    try (ServerLink link = root.connect()) {
      for (DialectVoices dialect : link.voices().getDialectsList()) {
        screen.println(palette.strong(dialect.getDialect()));
        for (String voice : dialect.getVoicesList()) {
          boolean usual = voice.equals(dialect.getDefaultVoice());
          screen.println(
              usual ? "  " + palette.accent(voice) + palette.faint("  default") : "  " + voice);
        }
      }
    }
    return ExitCode.OK.status();
  }
}

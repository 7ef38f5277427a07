package dev.sideband.cli;

import dev.sideband.cli.call.Wav;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.talk.CallTalk;
import dev.sideband.cli.talk.Keyboard;
import dev.sideband.cli.talk.TextTalk;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.v1.SessionOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sideband talk}: a conversation of one's own. */
@Command(
    name = "talk",
    description = "Start a conversation and hold it: by voice, with a recording, or by typing.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {
      "  ./sideband talk                                    microphone and speakers",
      "  ./sideband talk --wav in.wav --save out.wav        no sound card needed",
      "  ./sideband talk --text                             type; Ctrl-D ends it",
      "  echo \"Is the build green?\" | ./sideband talk --text"
    })
final class TalkCommand implements Callable<Integer> {
  private final RootCommand root;

  @Option(names = "--text", description = "Type instead of speaking; needs no sound.")
  private boolean text;

  @Option(names = "--wav", paramLabel = "FILE", description = "Say this recording (16-bit WAV).")
  private @Nullable Path wav;

  @Option(names = "--save", paramLabel = "FILE", description = "Write what was heard to a WAV.")
  private @Nullable Path save;

  @Option(names = "--voice", paramLabel = "NAME", description = "One of ./sideband voices.")
  private String voice = "";

  @Option(names = "--model", paramLabel = "NAME", description = "Default: the server's.")
  private String model = "";

  @Option(names = "--instructions", paramLabel = "TEXT", description = "The system prompt.")
  private String instructions = "";

  TalkCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (text && (wav != null || save != null)) {
      throw new CliException(ExitCode.USAGE, "--text: cannot be used with --wav or --save");
    }
    Wav recording = wav == null ? null : Wav.read(wav);
    Screen screen = root.environment().screen();
    try (ServerLink link = root.connect();
        Keyboard keyboard = keyboard(screen)) {
      if (text) {
        write(link, keyboard, screen.palette());
      } else {
        speak(link, keyboard, recording);
      }
    }
    return ExitCode.OK.status();
  }

  private Keyboard keyboard(Screen screen) {
    boolean edited = root.environment().keyboard() && wav == null;
    return edited ? Keyboard.edited() : Keyboard.piped(root.environment().in(), screen);
  }

  @SuppressWarnings("try") // The registration only has to be there.
  private void write(ServerLink link, Keyboard keyboard, Palette palette)
      throws InterruptedException {
    try (TextTalk talk = new TextTalk(link, keyboard, palette);
        CliEnvironment.Registration interrupt =
            root.environment().interrupts().onInterrupt(talk::hangUp)) {
      talk.hold(options());
    }
  }

  @SuppressWarnings("try") // The registration only has to be there.
  private void speak(ServerLink link, Keyboard keyboard, @Nullable Wav recording)
      throws InterruptedException {
    Palette palette = root.environment().screen().palette();
    try (CallTalk talk = new CallTalk(link, keyboard, palette);
        CliEnvironment.Registration interrupt =
            root.environment().interrupts().onInterrupt(talk::hangUp)) {
      if (recording == null) {
        talk.holdWithDevices(options());
      } else {
        talk.holdWithRecording(options(), recording);
      }
      if (save != null) {
        Wav heard = talk.recording();
        heard.write(save);
        keyboard.print(
            "  saved " + save + palette.faint(", " + heard.duration().toMillis() / 1_000 + " s"));
      }
    }
  }

  private SessionOptions options() {
    return SessionOptions.newBuilder()
        .setVoice(voice)
        .setModel(model)
        .setInstructions(instructions)
        .build();
  }
}

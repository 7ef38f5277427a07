package dev.sideband.cli;

import dev.sideband.cli.call.Wav;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.talk.CallTalk;
import dev.sideband.cli.talk.TalkScreen;
import dev.sideband.cli.talk.TextTalk;
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

  @Option(names = "--wav", paramLabel = "FILE", description = "Say this recording (16-bit PCM).")
  private @Nullable Path wav;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write what was heard to a WAV file.")
  private @Nullable Path save;

  @Option(names = "--voice", paramLabel = "NAME", description = "One that ./sideband voices lists.")
  private String voice = "";

  @Option(names = "--model", paramLabel = "NAME", description = "The model; default: the server's.")
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
    try (ServerLink link = root.connect();
        TalkScreen screen = screen()) {
      if (text) {
        write(link, screen);
      } else {
        speak(link, screen, recording);
      }
      return (screen.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.OK).status();
    }
  }

  private TalkScreen screen() {
    CliEnvironment environment = root.environment();
    Screen screen = environment.screen();
    boolean edited = environment.keyboard() && wav == null && screen.terminal().interactive();
    return edited ? TalkScreen.edited(screen) : TalkScreen.piped(environment.in(), screen);
  }

  /** Ctrl-C where nobody types, and signals: the call and the live lines must not stay behind. */
  private CliEnvironment.Registration atInterrupt(TalkScreen screen, Runnable hangUp) {
    return root.environment()
        .interrupts()
        .onInterrupt(
            () -> {
              screen.close();
              hangUp.run();
            });
  }

  @SuppressWarnings("try") // The registration only has to be there.
  private void write(ServerLink link, TalkScreen screen) throws InterruptedException {
    try (TextTalk talk = new TextTalk(link, screen, root.environment().nanoTime());
        CliEnvironment.Registration interrupt = atInterrupt(screen, talk::hangUp)) {
      talk.hold(options());
    }
  }

  @SuppressWarnings("try") // The registration only has to be there.
  private void speak(ServerLink link, TalkScreen screen, @Nullable Wav recording)
      throws InterruptedException {
    try (CallTalk talk = new CallTalk(link, screen, root.environment().nanoTime());
        CliEnvironment.Registration interrupt = atInterrupt(screen, talk::hangUp)) {
      if (recording == null) {
        talk.holdWithDevices(options());
      } else {
        talk.holdWithRecording(options(), recording);
      }
      if (save != null) {
        Wav heard = talk.recording();
        heard.write(save);
        String length = ", " + heard.duration().toMillis() / 1_000 + " s";
        screen.print("  saved " + save + screen.palette().faint(length));
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

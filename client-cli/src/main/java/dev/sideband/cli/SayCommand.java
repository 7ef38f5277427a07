package dev.sideband.cli;

import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ConversationIds;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.v1.Input;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.SpeechInput;
import dev.sideband.v1.TextInput;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sideband say}: puts a text into a conversation. */
@Command(
    name = "say",
    description = "Put a text into a conversation and ask for an answer.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {
      "  ./sideband say last \"What is the state of the build?\"",
      "  ./sideband say 0199a3b2 --speak \"The build is green.\"",
      "  ./sideband say last --quiet-turn \"The user's name is Ada.\"",
      "  ./sideband watch last                             see what comes of it"
    })
final class SayCommand implements Callable<Integer> {
  private final RootCommand root;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "A conversation: its id, the first digits of it, or \"last\".")
  private String id = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "TEXT", description = "What to say.")
  private List<String> words = List.of();

  @Option(names = "--quiet-turn", description = "Only add the text; ask for no answer.")
  private boolean quietTurn;

  @Option(names = "--speak", description = "Have the assistant say it, in its own voice.")
  private boolean speak;

  SayCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    String text = String.join(" ", words);
    Input input =
        speak
            ? Input.newBuilder().setSpeech(SpeechInput.newBuilder().setText(text)).build()
            : Input.newBuilder()
                .setText(TextInput.newBuilder().setText(text).setRespond(!quietTurn))
                .build();
    try (ServerLink link = root.connect()) {
      SendResponse sent = link.send(ConversationIds.resolve(link, id), input);
      root.environment()
          .screen()
          .println("accepted as event " + sent.getSequence() + ", input " + sent.getInputId());
    }
    return ExitCode.OK.status();
  }
}

package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebSocket;
import java.util.function.LongSupplier;

/** A conversation in writing: a typed line is asked, the answer is printed. One thread. */
public final class TextTalk implements AutoCloseable {
  private static final long ANSWER_WITHIN_MS = 60_000;
  private static final long TICK_MS = 20;

  private final TalkScreen screen;
  private final OwnConversation conversation;

  /** Talks through {@code link}; the screen stays the caller's to close. */
  public TextTalk(ServerLink link, TalkScreen screen, LongSupplier nanoTime) {
    this.screen = screen;
    conversation = new OwnConversation(link, screen, nanoTime, "trying again");
  }

  /** Talks until the typing ends, or the conversation does. */
  public void hold(SessionOptions options) throws InterruptedException {
    SessionOptions session =
        options.toBuilder().setOutputModality(OutputModality.OUTPUT_TEXT).build();
    StartRequest start =
        StartRequest.newBuilder()
            .setTransport(Transport.newBuilder().setWebSocket(WebSocket.getDefaultInstance()))
            .setSession(session)
            .putMetadata("client", "sideband talk --text")
            .build();
    conversation.show(null);
    var unused = conversation.start(start);
    conversation.introduce(screen.isInteractive() ? "; Ctrl-D ends it" : "");
    conversation.type(screen.isInteractive() ? conversation::askOrNote : this::askAndWait);
    conversation.finish();
  }

  /** A pipe is patient: each line is asked when the one before was answered. */
  private void askAndWait(String line) throws InterruptedException {
    int before = conversation.chat().answers();
    conversation.ask(line);
    for (long waited = 0; conversation.chat().answers() == before; waited += TICK_MS) {
      if (conversation.chat().awaitOver(TICK_MS)) {
        return;
      }
      if (waited > ANSWER_WITHIN_MS) {
        throw new CliException(
            ExitCode.FAILED,
            "no answer within " + ANSWER_WITHIN_MS / 1_000 + " s",
            "see what happened:  ./sideband show last --timeline");
      }
    }
  }

  /** Ends the conversation, if it began; may be called again, and by any thread. */
  public void hangUp() {
    conversation.hangUp();
  }

  @Override
  public void close() {
    conversation.close();
  }
}

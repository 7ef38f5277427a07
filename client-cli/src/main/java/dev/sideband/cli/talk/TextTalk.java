package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.EventFeed;
import dev.sideband.cli.server.FeedReader;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.v1.Input;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.TextInput;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebSocket;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A conversation in writing: a typed line is asked, the answer is printed. One thread. */
public final class TextTalk implements AutoCloseable {
  private static final long ANSWER_WITHIN_MS = 60_000;
  private static final long END_WITHIN_MS = 8_000;
  private static final long TICK_MS = 20;

  private final ServerLink link;
  private final Keyboard keyboard;
  private final Palette palette;
  private final ExecutorService reader = Executors.newSingleThreadExecutor();
  private volatile String conversationId = "";

  /** Talks through {@code link}; the keyboard stays the caller's to close. */
  public TextTalk(ServerLink link, Keyboard keyboard, Palette palette) {
    this.link = link;
    this.keyboard = keyboard;
    this.palette = palette;
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
    conversationId = link.start(start).getConversationId();
    Chat chat = new Chat(palette, keyboard::print, !keyboard.isInteractive());
    chat.note(
        "conversation " + conversationId + (keyboard.isInteractive() ? "; Ctrl-D ends it" : ""));
    SubscribeRequest follow =
        SubscribeRequest.newBuilder().setConversationId(conversationId).setFollow(true).build();
    try (EventFeed feed = link.subscribe(follow)) {
      FeedReader.start(reader, feed, chat::batch, chat::end);
      type(chat);
      hangUp();
      chat.awaitOver(END_WITHIN_MS);
      chat.requireGoodEnd();
    }
  }

  private void type(Chat chat) throws InterruptedException {
    String prompt = Chat.label(palette, "you");
    for (Optional<String> line = keyboard.readLine(prompt);
        line.isPresent() && !chat.awaitOver(0);
        line = keyboard.readLine(prompt)) {
      if (!line.get().isBlank()) {
        ask(chat, line.get());
      }
    }
  }

  private void ask(Chat chat, String text) throws InterruptedException {
    if (!keyboard.isInteractive()) {
      keyboard.print(Chat.label(palette, "you") + text);
    }
    int before = chat.answers();
    chat.expectAnswer();
    TextInput input = TextInput.newBuilder().setText(text).setRespond(true).build();
    link.send(conversationId, Input.newBuilder().setText(input).build());
    if (!keyboard.isInteractive()) {
      awaitAnswer(chat, before);
    }
  }

  /** A pipe is patient: each line is asked when the one before was answered. */
  private static void awaitAnswer(Chat chat, int before) throws InterruptedException {
    for (long waited = 0; chat.answers() == before; waited += TICK_MS) {
      if (chat.awaitOver(TICK_MS)) {
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
    if (!conversationId.isEmpty()) {
      link.stop(conversationId);
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}

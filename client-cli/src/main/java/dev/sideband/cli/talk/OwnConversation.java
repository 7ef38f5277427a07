package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.server.EventFeed;
import dev.sideband.cli.server.FeedReader;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.v1.Input;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.TextInput;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that this process started and has to end: its events are shown as they come, typed
 * lines go into it, and it is hung up whatever becomes of its holder.
 *
 * <p><b>Threads.</b> One owns it; {@link #hangUp} by any.
 */
final class OwnConversation implements AutoCloseable {
  private static final long END_WITHIN_MS = 8_000;

  private final ServerLink link;
  private final Keyboard keyboard;
  private final Palette palette;
  private final Chat chat;
  private final ExecutorService reader = Executors.newSingleThreadExecutor();
  private volatile String id = "";
  private @Nullable EventFeed feed;
  private boolean finished;

  /** Not started yet; the keyboard stays the caller's to close. */
  OwnConversation(ServerLink link, Keyboard keyboard, Palette palette) {
    this.link = link;
    this.keyboard = keyboard;
    this.palette = palette;
    chat = new Chat(palette, keyboard::print);
  }

  /** Starts it, and shows its events from the first one on. */
  StartResponse start(StartRequest request) {
    StartResponse started = link.start(request);
    id = started.getConversationId();
    EventFeed opened =
        link.subscribe(
            SubscribeRequest.newBuilder().setConversationId(id).setFollow(true).build());
    feed = opened;
    FeedReader.start(reader, opened, chat::batch, chat::end);
    return started;
  }

  Chat chat() {
    return chat;
  }

  /** Says which one it is. */
  void introduce(String hint) {
    chat.note("conversation " + id + hint);
  }

  /** Hands typed lines to {@code taker} until they end, or the conversation does. */
  void type(LineTaker taker) throws InterruptedException {
    String prompt = Chat.label(palette, "you");
    for (Optional<String> line = keyboard.readLine(prompt);
        line.isPresent() && !chat.awaitOver(0);
        line = keyboard.readLine(prompt)) {
      if (!line.get().isBlank()) {
        taker.take(line.get());
      }
    }
  }

  /** Takes a typed line. */
  @FunctionalInterface
  interface LineTaker {
    /** May wait for what comes of it. */
    void take(String line) throws InterruptedException;
  }

  /** Puts a text into it, and asks for an answer. */
  void ask(String text) {
    if (!keyboard.isInteractive()) {
      keyboard.print(Chat.label(palette, "you") + text);
    }
    chat.expectAnswer();
    TextInput input = TextInput.newBuilder().setText(text).setRespond(true).build();
    link.send(id, Input.newBuilder().setText(input).build());
  }

  /** Hangs up, waits for the last event, and throws if it is not the end that was asked for. */
  void finish() throws InterruptedException {
    hangUp();
    finished = true;
    chat.awaitOver(END_WITHIN_MS);
    chat.requireGoodEnd();
  }

  /** Ends it, if it began; may be called again. */
  void hangUp() {
    if (!id.isEmpty()) {
      link.stop(id);
    }
  }

  @Override
  public void close() {
    if (!finished) {
      try {
        hangUp();
      } catch (CliException e) {
        // Its holder is failing already, and says why.
      }
    }
    if (feed != null) {
      feed.close();
    }
    reader.shutdownNow();
  }
}

package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.server.Feed;
import dev.sideband.cli.server.FeedReader;
import dev.sideband.cli.server.ResumingFeed;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.TextInput;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that this process started and has to end: its events are shown as they come, typed
 * lines go into it, and it is hung up whatever becomes of its holder.
 *
 * <p><b>Threads.</b> One owns it; {@link #hangUp} by any.
 */
final class OwnConversation implements AutoCloseable {
  private static final long END_WITHIN_MS = 8_000;

  /** How long a server may be away until what is asked of it is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final ServerLink link;
  private final TalkScreen screen;
  private final Chat chat;
  private final LiveView view;
  private final ExecutorService reader = Executors.newSingleThreadExecutor();
  private Consumer<RealtimeEvent> listener = event -> {};
  private volatile String id = "";
  private @Nullable Feed feed;
  private boolean finished;

  /**
   * Not started yet; the screen stays the caller's to close.
   *
   * @param meanwhile what can be done while the server is away
   */
  OwnConversation(ServerLink link, TalkScreen screen, LongSupplier nanoTime, String meanwhile) {
    this.link = link;
    this.screen = screen;
    chat = new Chat(screen, meanwhile);
    view = new LiveView(screen, chat::look, nanoTime);
  }

  /** Shows what is live from now on, to the end; {@code levels} is null when there is no sound. */
  void show(@Nullable Levels levels) {
    view.open(levels);
  }

  /** Tells each of its events, after it is shown, on the reading thread; set before it starts. */
  void tell(Consumer<RealtimeEvent> events) {
    listener = events;
  }

  /** Starts it, and shows its events from the first one on. */
  StartResponse start(StartRequest request) {
    StartResponse started = link.start(request);
    id = started.getConversationId();
    Feed opened =
        new ResumingFeed(
            link::subscribe,
            link::mayPass,
            SubscribeRequest.newBuilder().setConversationId(id).setFollow(true).build(),
            chat);
    feed = opened;
    FeedReader.start(reader, opened, this::read, chat::end);
    return started;
  }

  private void read(RealtimeEvents batch) {
    chat.batch(batch);
    batch.getEventsList().forEach(listener);
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
    String prompt = Chat.label(screen.palette().user("you"));
    for (Optional<String> line = screen.readLine(prompt);
        line.isPresent() && !chat.awaitOver(0);
        line = screen.readLine(prompt)) {
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
  void ask(String text) throws InterruptedException {
    chat.typed(text);
    TextInput input = TextInput.newBuilder().setText(text).setRespond(true).build();
    chat.expectAnswer();
    try {
      var unused = link.send(id, Input.newBuilder().setText(input).build(), PATIENCE);
    } catch (CliException e) {
      chat.expectNoAnswer();
      throw e;
    }
  }

  /** The same, for one who can say it again: a server that is away is no reason to hang up. */
  void askOrNote(String text) throws InterruptedException {
    try {
      ask(text);
    } catch (CliException e) {
      if (!link.mayPass(e)) {
        throw e;
      }
      chat.note("not sent, as far as is known; say it again when the server is back");
    }
  }

  private void stop() throws InterruptedException {
    try {
      var unused = link.stop(id, PATIENCE);
    } catch (CliException e) {
      throw new CliException(
          e.exitCode(),
          e.getCause(),
          String.valueOf(e.getMessage()),
          "the conversation goes on; when the server is back:  ./sideband stop " + id);
    }
  }

  /** Hangs up, waits for the end, and throws if none comes or not the one that was asked for. */
  void finish() throws InterruptedException {
    if (!chat.awaitOver(0) && !id.isEmpty()) {
      stop();
    }
    finished = true;
    var unused = chat.awaitOver(END_WITHIN_MS);
    view.close();
    chat.requireGoodEnd(END_WITHIN_MS);
  }

  /** Ends it, if it began; may be called again. */
  void hangUp() {
    if (!id.isEmpty()) {
      link.stop(id);
    }
  }

  @Override
  public void close() {
    view.close();
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

package dev.sideband.server.session;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.AudioDropped;
import dev.sideband.v1.AudioInput;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputSent;
import dev.sideband.v1.Item;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.TransportKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Durable inputs on their way to the provider, in the order in which they were accepted.
 *
 * <p><b>Promise.</b> An opened sideband is told our session, then the initial items, then what
 * waited; a rejoined one, and a renewed call's, what is in doubt ({@link Resending}) before what
 * waited. What must not arrive twice leaves only when InputSent is durable, and what comes after it
 * waits for it. Audio is never kept waiting: without an open sideband it is dropped, and
 * AudioDropped says so at most once a second.
 *
 * <p><b>Full queue.</b> As long as the {@link Inbox} lets it be.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Outbox {
  private static final long AUDIO_REPORT_NANOS = 1_000_000_000L;
  private static final int BYTES_PER_SAMPLE = 2;
  private static final String INITIAL = "initial-";

  private record Waiting(String inputId, Input input) {}

  private final Session session;
  private final SessionContext context;
  private final ResponseGate gate;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean pausing;
  private long lastAudioReportNanos;
  private int droppedFrames;
  private long droppedNanos;

  Outbox(Session session, SessionContext context, ResponseGate gate) {
    this.session = session;
    this.context = context;
    this.gate = gate;
    this.lastAudioReportNanos = context.nanoTime().getAsLong() - AUDIO_REPORT_NANOS;
  }

  /** Takes a durable input. */
  void offer(String inputId, Input input) {
    if (!session.state().isEnding()) {
      waiting.add(new Waiting(inputId, input));
      sendWaiting();
    }
  }

  /** The sideband opened for the first time, and was told our session. */
  void onJoined() {
    for (int i = 0; i < session.secrets().options().getInitialItemsCount(); i++) {
      session.link().send(initialItem(i, ""));
    }
    sendWaiting();
  }

  /** The sideband is back, and was told our session. */
  void onRejoined() {
    String before = "root";
    for (int i = 0; i < session.secrets().options().getInitialItemsCount(); i++) {
      if (!session.state().items().has(initialId(i))) {
        session.link().send(initialItem(i, before));
      }
      before = initialId(i);
    }
    sendSeed();
    goOn();
  }

  /** A new call's sideband is open, and was told our session: it knows nothing else. */
  void onRenewed() {
    for (int i = 0; i < session.secrets().options().getInitialItemsCount(); i++) {
      session.link().send(initialItem(i, ""));
    }
    sendSeed();
    goOn();
  }

  private void sendSeed() {
    for (Item item : session.state().seed().missing()) {
      session.link().send(new ProviderCommand.CreateItem(item.getId(), item, ""));
    }
  }

  /** An initial item, or one of the seed, that is not known to have arrived, by its id. */
  Optional<Item> untold(String itemId) {
    for (int i = 0; i < session.secrets().options().getInitialItemsCount(); i++) {
      if (initialId(i).equals(itemId)) {
        return Optional.of(initialItem(i).toBuilder().setId(itemId).build())
            .filter(item -> !session.state().items().has(itemId));
      }
    }
    return session.state().seed().missing().stream()
        .filter(item -> item.getId().equals(itemId))
        .findFirst();
  }

  private Item initialItem(int index) {
    return session.secrets().options().getInitialItems(index);
  }

  private void goOn() {
    session.resending().resend();
    gate.onRejoined();
    sendWaiting();
  }

  private ProviderCommand initialItem(int index, String previous) {
    String id = initialId(index);
    Item item = initialItem(index);
    return new ProviderCommand.CreateItem(id, item.toBuilder().setId(id).build(), previous);
  }

  private static String initialId(int index) {
    return INITIAL + index;
  }

  /** Whether an item is one of those that the conversation began with. */
  static boolean isInitial(String itemId) {
    return itemId.startsWith(INITIAL);
  }

  /** Takes up what an earlier process accepted and did not send. */
  void resume() {
    for (InputBook.Pending input : session.state().inputs().inStage(InputBook.Stage.ACCEPTED)) {
      waiting.add(new Waiting(input.inputId(), input.input()));
    }
    gate.resume();
  }

  private void sendWaiting() {
    while (session.link().isOpen() && !pausing && !waiting.isEmpty()) {
      send(waiting.remove());
    }
  }

  private void send(Waiting next) {
    CommandPlan plan = CommandPlan.of(next.inputId(), next.input());
    if (plan.command().isEmpty()) {
      plan.response().ifPresent(options -> gate.want(next.inputId(), options));
    } else if (CommandPlan.isRepeatable(next.input())) {
      session.link().send(plan.command().get());
      sent(next.inputId());
      plan.response().ifPresent(gate::want);
    } else {
      sendOnce(next.inputId(), plan.command().get());
    }
  }

  /** Sends an input that must not arrive twice: a restart finds it sent, whether it was or not. */
  void sendOnce(String inputId, ProviderCommand command) {
    sent(inputId);
    pausing = true;
    session
        .journal()
        .whenDurable(
            () -> {
              pausing = false;
              session.link().send(command);
              sendWaiting();
            });
  }

  /** Says that an input is handed to the socket. */
  void sent(String inputId) {
    session
        .journal()
        .add(RealtimeEvent.newBuilder().setInputSent(InputSent.newBuilder().setInputId(inputId)));
  }

  Optional<SessionException> judgeAudio(AudioInput audio) {
    if (session.state().started().getTransport() != TransportKind.WEB_SOCKET) {
      return Optional.of(
          new SessionException(
              ErrorCode.AUDIO_NOT_ON_THIS_TRANSPORT,
              "audio: this conversation's audio flows over WebRTC (expected: the web_socket"
                  + " transport)"));
    }
    int rate = audioRate();
    if (audio.getSampleRate() != rate) {
      return Optional.of(
          new SessionException(
              ErrorCode.AUDIO_FORMAT_UNSUPPORTED,
              "audio.sample_rate: " + audio.getSampleRate() + " (expected: " + rate + ")",
              Map.of("sample_rate", Integer.toString(rate)),
              Optional.empty()));
    }
    return Optional.empty();
  }

  /** Of the dialect's audio, in Hz. */
  private int audioRate() {
    return context.services().dialect(session.state().started().getDialect()).audioRate();
  }

  void audio(AudioInput audio) {
    if (!session.link().isOpen()) {
      dropped(audio.getPcm().size());
      return;
    }
    if (!audio.getPcm().isEmpty()) {
      session.link().send(new ProviderCommand.AppendAudio(audio.getPcm()));
    }
    if (audio.getCommit()) {
      session.link().send(new ProviderCommand.CommitAudio("commit"));
    }
  }

  private void dropped(int bytes) {
    droppedFrames++;
    droppedNanos += bytes * 1_000_000_000L / BYTES_PER_SAMPLE / audioRate();
    long now = context.nanoTime().getAsLong();
    if (now - lastAudioReportNanos >= AUDIO_REPORT_NANOS) {
      lastAudioReportNanos = now;
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setAudioDropped(
                      AudioDropped.newBuilder()
                          .setDirection(AudioDropped.Direction.IN)
                          .setFrames(droppedFrames)
                          .setDuration(Durations.fromNanos(droppedNanos))));
      droppedFrames = 0;
      droppedNanos = 0;
    }
  }
}

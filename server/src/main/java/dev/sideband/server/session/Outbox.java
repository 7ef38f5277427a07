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
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.TransportKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Durable inputs on their way to the provider, in the order in which they were accepted.
 *
 * <p><b>Promise.</b> An opened sideband is told our session, then the initial items, then what
 * waited. Audio is never kept waiting: without an open sideband it is dropped, and AudioDropped
 * says so at most once a second.
 *
 * <p><b>Full queue.</b> As long as the {@link Inbox} lets it be.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Outbox {
  private static final long AUDIO_REPORT_NANOS = 1_000_000_000L;
  private static final int BYTES_PER_SAMPLE = 2;

  private record Waiting(String inputId, Input input) {}

  private final Session session;
  private final SessionContext context;
  private final ResponseGate gate;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
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

  /** The sideband opened, and was told our session. */
  void onJoined() {
    SessionOptions options = session.secrets().options();
    for (int i = 0; i < options.getInitialItemsCount(); i++) {
      String id = "initial-" + i;
      Item item = options.getInitialItems(i).toBuilder().setId(id).build();
      session.link().send(new ProviderCommand.CreateItem(id, item, ""));
    }
    sendWaiting();
  }

  private void sendWaiting() {
    while (session.link().isOpen() && !waiting.isEmpty()) {
      Waiting next = waiting.remove();
      CommandPlan plan = CommandPlan.of(next.inputId(), next.input());
      plan.command()
          .ifPresent(
              command -> {
                session.link().send(command);
                sent(next.inputId());
              });
      plan.response()
          .ifPresent(
              options -> {
                if (plan.command().isPresent()) {
                  gate.want(options);
                } else {
                  gate.want(next.inputId(), options);
                }
              });
    }
  }

  /** Says that an input was handed to the socket. */
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
    int rate = session.audioRate();
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
    droppedNanos += bytes * 1_000_000_000L / BYTES_PER_SAMPLE / session.audioRate();
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

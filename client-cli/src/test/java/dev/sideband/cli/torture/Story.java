package dev.sideband.cli.torture;

import dev.sideband.cli.server.LoopbackControl.Call;
import dev.sideband.cli.server.LoopbackControl.Statement;
import dev.sideband.cli.torture.Evidence.Comeback;
import dev.sideband.cli.torture.Evidence.Frames;
import dev.sideband.cli.torture.Evidence.Seen;
import dev.sideband.cli.torture.Evidence.Told;
import dev.sideband.cli.torture.Evidence.View;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationEnding;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.InputAcknowledged;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SidebandLost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Evidence made by hand: one conversation in which everything went well, {@link #whole}, and the
 * means to take one thing from it, or to add one.
 */
final class Story {
  static final String CONVERSATION = "0199a3b2-0000-7000-8000-000000000001";
  static final String TEXT = "a".repeat(32);
  static final String RESPONSE = "b".repeat(32);
  static final String DELETE = "c".repeat(32);
  static final String UPDATE = "d".repeat(32);

  final List<Told> told = new ArrayList<>();
  final List<View> views = new ArrayList<>();
  final List<String> held = new ArrayList<>(List.of(CONVERSATION));
  final List<RealtimeEvent> log = new ArrayList<>();
  final List<Statement> statements = new ArrayList<>();
  final List<Call> calls = new ArrayList<>();
  final List<Frames> frames = new ArrayList<>();
  final List<Comeback> comebacks = new ArrayList<>();
  long missed;
  Evidence.@Nullable Folder folder;

  private Story() {}

  /** Four inputs, all acknowledged, seen by one subscriber, ended on request. */
  static Story whole() {
    Story story = new Story();
    story.log(event -> event.setConversationStarted(ConversationStarted.getDefaultInstance()));
    story.accept(TEXT, Markers.text("hello", "m1", true));
    story.accept(RESPONSE, Markers.responseCreate("m2"));
    story.accept(DELETE, Markers.itemDelete("item-1"));
    story.accept(UPDATE, Markers.sessionUpdate("m4"));
    List.of(TEXT, RESPONSE, DELETE, UPDATE).forEach(story::acknowledge);
    story.end(EndReason.REQUESTED, ConversationEnded.HangUp.HUNG_UP);
    story.state("conversation.item.create", TEXT, TEXT);
    story.state("response.create", RESPONSE, "");
    story.state("conversation.item.delete", DELETE, "item-1");
    story.state("session.update", UPDATE, "");
    story.see("follows", story.log.size());
    story.calls.add(new Call("rtc_1", "none", "hung_up", 0, 3, 0));
    story.frames.add(new Frames("leg 1", 1, 100, 220));
    story.comebacks.add(new Comeback(1, 1_700, 0));
    return story;
  }

  /** Adds an event to the log. */
  void log(UnaryOperator<RealtimeEvent.Builder> payload) {
    RealtimeEvent.Builder event =
        RealtimeEvent.newBuilder().setConversationId(CONVERSATION).setSequence(log.size() + 1L);
    log.add(payload.apply(event).build());
  }

  private void accept(String id, Input input) {
    log(event -> event.setInputAccepted(InputAccepted.newBuilder().setInputId(id).setInput(input)));
    told.add(new Told(CONVERSATION, Markers.of(input), id, log.size()));
  }

  private void acknowledge(String id) {
    log(event -> event.setInputAcknowledged(InputAcknowledged.newBuilder().setInputId(id)));
  }

  private void end(EndReason reason, ConversationEnded.HangUp hangUp) {
    log(event -> event.setConversationEnding(ConversationEnding.newBuilder().setReason(reason)));
    log(
        event ->
            event.setConversationEnded(
                ConversationEnded.newBuilder().setReason(reason).setHangUp(hangUp)));
  }

  /** Takes its end away and gives it another. */
  void endOtherwise(EndReason reason, ConversationEnded.HangUp hangUp) {
    log.remove(log.size() - 1);
    log.remove(log.size() - 1);
    end(reason, hangUp);
  }

  /** Removes what an input came to, so that it is left as accepted. */
  void forgetFate(String inputId) {
    log.removeIf(event -> event.getInputAcknowledged().getInputId().equals(inputId));
    List<RealtimeEvent> rest = List.copyOf(log);
    log.clear();
    rest.forEach(event -> log(builder -> event.toBuilder().setSequence(builder.getSequence())));
  }

  /** The sideband was lost before an input was acknowledged. */
  void loseSidebandBefore(String inputId) {
    List<RealtimeEvent> all = List.copyOf(log);
    log.clear();
    for (RealtimeEvent event : all) {
      if (event.getInputAcknowledged().getInputId().equals(inputId)) {
        log(lost -> lost.setSidebandLost(SidebandLost.getDefaultInstance()));
      }
      log(builder -> event.toBuilder().setSequence(builder.getSequence()));
    }
  }

  /** The provider did something. */
  void state(String type, String eventId, String itemId) {
    statements.add(new Statement("rtc_1", type, eventId, itemId, ""));
  }

  /** A subscriber saw the first so many events of the log. */
  void see(String name, int count) {
    views.add(
        new View(
            name,
            CONVERSATION,
            log.stream()
                .limit(count)
                .map(event -> new Seen(event.getSequence(), Digest.of(event)))
                .collect(Collectors.toCollection(ArrayList::new))));
  }

  Evidence evidence() {
    return new Evidence(
        told,
        views,
        held,
        log.isEmpty() ? Map.of() : Map.of(CONVERSATION, log),
        statements,
        missed,
        calls,
        frames,
        comebacks,
        folder == null ? new Evidence.Folder(log.size(), List.of()) : folder);
  }

  /** Everything that the checks find. */
  List<String> losses() {
    return Checks.of(evidence()).stream().flatMap(verdict -> verdict.losses().stream()).toList();
  }
}

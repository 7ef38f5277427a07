package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.INPUT_ACKNOWLEDGED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TOOL_CALL_REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.loopback.LoopbackConfig.Media;
import dev.sideband.server.provider.loopback.LoopbackScript;
import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.server.provider.loopback.TestCaller;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.Input;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemDelete;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.SessionUpdate;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recorded call as a fixture: the loopback says again what a provider once said. */
class ScriptedCallTest {
  /** What depends on when the client does something, not on what the provider says. */
  private static final Set<PayloadCase> OURS =
      Set.of(PayloadCase.INPUT_ACCEPTED, PayloadCase.INPUT_SENT, PayloadCase.HANDOFF_OUTPUT_ADDED);

  private final Path folder;
  private final Path file;

  ScriptedCallTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("calls.pb");
  }

  private static SessionOptions options() {
    return Requests.withAgent()
        .setOutputModality(OutputModality.OUTPUT_TEXT)
        .addInitialItems(
            Item.newBuilder().setMessage(MessageItem.newBuilder().setRole(Role.SYSTEM)))
        .build();
  }

  private static StartRequest.Builder texting() {
    return Requests.webRtc().setSession(options());
  }

  /** What one client does in the test's call: always the same. */
  private static final class Client {
    private final Caller caller;
    private final String id;
    private final Listening<?> following;
    private long last;

    Client(Caller caller, StartRequest.Builder start) {
      this.caller = caller;
      this.id = caller.start(start).getConversationId();
      this.following = caller.follow(id);
      await(SESSION_CONFIGURED);
    }

    private RealtimeEvent await(PayloadCase kind) {
      RealtimeEvent event =
          following.await(next -> next.getSequence() > last && next.getPayloadCase() == kind);
      last = event.getSequence();
      return event;
    }

    private void answered() {
      await(PayloadCase.RESPONSE_COMPLETED);
      await(PayloadCase.USAGE_RECORDED);
    }

    List<RealtimeEvent> holdTheCall() {
      say("hello there");
      caller.send(id, Requests.asking("!tool weather {\"city\": \"Ulm\"}"));
      String tool = await(TOOL_CALL_REQUESTED).getToolCallRequested().getToolCallId();
      answered();
      caller.send(id, Requests.toolOutput(tool, "sunny"));
      answered();
      caller.send(id, Requests.asking("ask the agent"));
      String handoff = await(HANDOFF_REQUESTED).getHandoffRequested().getHandoffId();
      answered();
      caller.send(id, Requests.finalAnswer(handoff, "all green"));
      answered();
      changeThings();
      caller.stop(id);
      return following.awaitEnd();
    }

    private void say(String text) {
      caller.send(id, Requests.asking(text));
      answered();
    }

    private void changeThings() {
      String noted = caller.send(id, Requests.text("forget this")).getInputId();
      await(INPUT_ACKNOWLEDGED);
      await(PayloadCase.ITEM_COMPLETED);
      caller.send(
          id, Input.newBuilder().setItemDelete(ItemDelete.newBuilder().setItemId(noted)).build());
      await(INPUT_ACKNOWLEDGED);
      SessionOptions.Builder changed = SessionOptions.newBuilder().setInstructions("be brief");
      caller.send(
          id,
          Input.newBuilder()
              .setSessionUpdate(SessionUpdate.newBuilder().setSession(changed))
              .build());
      await(INPUT_ACKNOWLEDGED);
      caller.send(id, Requests.text("!error some_code"));
      await(PayloadCase.ERROR_OCCURRED);
      say("bye");
    }
  }

  private LoopbackScript exported(Path data) throws IOException {
    Files.deleteIfExists(file);
    CommandRun run =
        CommandRun.of("export", data.toString(), "--with-private", "-o", file.toString());
    assertThat(run.exit()).as("%s", run.complained()).isZero();
    return ScriptFile.read(file, Speed.AT_ONCE);
  }

  private List<RealtimeEvent> recordCall(Path data) {
    try (RunningServer server = RunningServer.open(data)) {
      return new Client(server.caller(), texting()).holdTheCall();
    }
  }

  @Test
  void shouldTellTheSameStoryWhenTheClientDoesTheSame() throws IOException {
    List<RealtimeEvent> recorded = recordCall(folder.resolve("first"));
    LoopbackScript script = exported(folder.resolve("first"));

    try (LoopbackServer loopback = RunningServer.loopbackElsewhere(Media.NONE, script);
        RunningServer server =
            RunningServer.open(folder.resolve("second"), RunningServer.heldBy(loopback))) {
      List<RealtimeEvent> again = new Client(server.caller(), texting()).holdTheCall();
      assertThat(Retelling.of(again)).isEqualTo(Retelling.of(recorded));
      List<RealtimeEvent> third = new Client(server.caller(), texting()).holdTheCall();
      assertThat(Retelling.of(third)).as("round again").isEqualTo(Retelling.of(recorded));
    }
  }

  @Test
  void shouldGoOnAsEverWhenTheScriptIsOver() throws IOException {
    try (RunningServer server = RunningServer.open(folder.resolve("first"))) {
      Client client = new Client(server.caller(), texting());
      client.say("one");
      client.caller.stop(client.id);
      client.following.awaitEnd();
    }
    LoopbackScript script = exported(folder.resolve("first"));

    try (LoopbackServer loopback = RunningServer.loopbackElsewhere(Media.NONE, script);
        RunningServer server =
            RunningServer.open(folder.resolve("second"), RunningServer.heldBy(loopback))) {
      Client client = new Client(server.caller(), texting());
      client.say("anything at all");
      client.say("two");
      assertThat(client.following.stored())
          .filteredOn(RealtimeEvent::hasTranscriptCompleted)
          .extracting(event -> event.getTranscriptCompleted().getText())
          .containsExactly("You said: one", "You said: two");
    }
  }

  @Test
  void shouldWaitWhereItWasWhenTheSidebandIsLost() throws IOException {
    List<RealtimeEvent> recorded = recordCall(folder.resolve("first"));
    LoopbackScript script = exported(folder.resolve("first"));

    try (LoopbackServer loopback = RunningServer.loopbackElsewhere(Media.NONE, script);
        RunningServer server =
            RunningServer.open(folder.resolve("second"), RunningServer.heldBy(loopback))) {
      Client client = new Client(server.caller(), texting());
      loopback.dropSockets();
      client.await(PayloadCase.SIDEBAND_REJOINED);
      client.await(SESSION_CONFIGURED);
      List<RealtimeEvent> again = client.holdTheCall();
      assertThat(spoken(again)).isEqualTo(spoken(recorded));
      Stories.requireEnded(again, EndReason.REQUESTED);
    }
  }

  private static List<String> spoken(List<RealtimeEvent> story) {
    return story.stream()
        .filter(RealtimeEvent::hasTranscriptCompleted)
        .map(event -> event.getTranscriptCompleted().getText())
        .toList();
  }

  private static List<RealtimeEvent> theirs(List<RealtimeEvent> story) {
    return story.stream()
        .filter(event -> !OURS.contains(event.getPayloadCase()))
        .map(event -> event.toBuilder().clearSequence().build())
        .toList();
  }

  private static List<RealtimeEvent> speakOrListen(
      RunningServer server, TestCaller phone, boolean speak) {
    Caller caller = server.caller();
    StartResponse started =
        caller.start(Requests.offering(phone.offer()).setSession(Requests.withAgent()));
    String id = started.getConversationId();
    Listening<?> following = caller.follow(id);
    phone.connect(started.getSdpAnswer());
    following.await(SESSION_CONFIGURED);
    if (speak) {
      phone.speak(1_000);
    }
    RealtimeEvent asked = following.await(HANDOFF_REQUESTED);
    following.await(PayloadCase.PLAYBACK_STOPPED);
    String handoff = asked.getHandoffRequested().getHandoffId();
    caller.send(id, Requests.finalAnswer(handoff, "all green"));
    following.await(
        event ->
            event.hasPlaybackStopped()
                && following.stored().stream().filter(RealtimeEvent::hasPlaybackStopped).count()
                    == 2);
    caller.stop(id);
    return following.awaitEnd();
  }

  @Test
  @Timeout(60)
  void shouldSayWhatWasHeardWithoutASoundWhenTheCallWasSpoken() throws IOException {
    List<RealtimeEvent> recorded;
    try (RunningServer server =
            RunningServer.open(folder.resolve("first"), "loopback.media=webrtc");
        TestCaller phone = new TestCaller()) {
      recorded = speakOrListen(server, phone, true);
    }
    LoopbackScript script = exported(folder.resolve("first"));

    try (LoopbackServer loopback = RunningServer.loopbackElsewhere(Media.WEBRTC, script);
        RunningServer server =
            RunningServer.open(folder.resolve("second"), RunningServer.heldBy(loopback));
        TestCaller phone = new TestCaller()) {
      List<RealtimeEvent> again = speakOrListen(server, phone, false);
      assertThat(Retelling.of(theirs(again))).isEqualTo(Retelling.of(theirs(recorded)));
      assertThat(phone.loudFramesHeard()).isZero();
    }
  }
}

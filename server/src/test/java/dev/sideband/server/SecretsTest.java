package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.ERROR_OCCURRED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.HANDOFF_REQUESTED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.SIDEBAND_REJOINED;
import static dev.sideband.v1.RealtimeEvent.PayloadCase.TOOL_CALL_REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.sideband.server.provider.loopback.CallReport;
import dev.sideband.server.provider.loopback.LoopbackFaults.Location;
import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.IceServer;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Nothing that must stay private reaches a log line, at any level of ours. */
class SecretsTest {
  private static final String INSTRUCTIONS = "INSTRUCTIONS-4711";
  private static final String WORDS = "WORDS-4712";
  private static final String TOOL_OUTPUT = "TOOLOUTPUT-4713";
  private static final String AGENT_ANSWER = "AGENTANSWER-4714";
  private static final String TURN_SECRET = "TURNSECRET-4715";

  /** Keeps all that is logged, as it would be printed, with every cause. */
  private static final class Capture extends AppenderBase<ILoggingEvent> {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      String thrown =
          event.getThrowableProxy() == null
              ? ""
              : ThrowableProxyUtil.asString(event.getThrowableProxy());
      lines.add(event.getLoggerName() + ": " + event.getFormattedMessage() + " " + thrown);
    }
  }

  private final Capture capture = new Capture();
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.sideband");
  private final LoopbackServer loopback;
  private final RunningServer server;

  SecretsTest(@TempDir Path folder) throws IOException {
    capture.setContext(LogWatch.root().getLoggerContext());
    capture.start();
    LogWatch.root().addAppender(capture);
    ours.setLevel(Level.TRACE);
    loopback = RunningServer.loopbackElsewhere();
    Path turnSecret = Files.writeString(folder.resolve("turn-secret"), TURN_SECRET);
    server =
        RunningServer.open(
            folder.resolve("data"),
            RunningServer.heldBy(
                loopback,
                "openai.join-window=500ms",
                "webrtc.turn-urls=turn:turn.example.org",
                "webrtc.turn-secret-file=" + turnSecret));
  }

  @AfterEach
  void close() {
    server.close();
    loopback.close();
    ours.setLevel(null);
    LogWatch.root().detachAppender(capture);
  }

  private static StartRequest.Builder request() {
    return Requests.webRtc().setSession(Requests.withAgent().setInstructions(INSTRUCTIONS));
  }

  private String wholeConversation(Caller caller) {
    StartResponse started = caller.start(request());
    String id = started.getConversationId();
    Listening<?> following = caller.follow(id);
    following.await(SESSION_CONFIGURED);
    caller.send(id, Requests.text("!error " + WORDS));
    following.await(ERROR_OCCURRED);
    caller.send(id, Requests.asking("ask the agent " + WORDS));
    RealtimeEvent asked = following.await(HANDOFF_REQUESTED);
    caller.send(id, Requests.finalAnswer(asked.getHandoffRequested().getHandoffId(), AGENT_ANSWER));
    caller.send(id, Requests.asking("!tool look {\"for\":\"" + WORDS + "\"}"));
    RealtimeEvent called = following.await(TOOL_CALL_REQUESTED);
    caller.send(
        id, Requests.toolOutput(called.getToolCallRequested().getToolCallId(), TOOL_OUTPUT));
    following.await(event -> event.getTranscriptCompleted().getText().contains(TOOL_OUTPUT));
    caller.stop(id);
    Stories.requireEnded(following.awaitEnd(), EndReason.REQUESTED);
    return started.getSdpAnswer();
  }

  private void failures(Caller caller) {
    loopback.faults().refuseCreates(1, 401, "invalid_api_key");
    caller.refusedStart(request());
    loopback.faults().breakLocations(1, Location.FOREIGN);
    caller.refusedStart(request());
    loopback.faults().refuseJoins(1_000, 404);
    caller.storyToTheEnd(caller.start(request()).getConversationId());
    loopback.faults().clear();
    loopback.faults().sendBadJson(1);
    loopback.faults().sendBinaryFrames(1);
    String lost = caller.start(request()).getConversationId();
    Listening<?> following = caller.follow(lost);
    following.await(SESSION_CONFIGURED);
    loopback.dropSockets();
    following.await(SIDEBAND_REJOINED);
    loopback.faults().refuseJoins(3, 404);
    loopback.dropSockets();
    Stories.requireEnded(following.awaitEnd(), EndReason.CALL_IS_GONE);
  }

  @Test
  void shouldKeepSecretsOutOfTheLogWhenAllSortsOfThingsHappen() {
    Caller caller = server.caller();
    IceServer turn = caller.iceServers().getIceServers(0);
    String answer = wholeConversation(caller);
    failures(caller);
    List<String> secrets = new ArrayList<>();
    secrets.addAll(List.of(RunningServer.API_KEY, INSTRUCTIONS, WORDS, TOOL_OUTPUT, AGENT_ANSWER));
    secrets.addAll(List.of(TURN_SECRET, turn.getUsername(), turn.getCredential()));
    loopback.report().calls().stream().map(CallReport::id).forEach(secrets::add);
    Stream.of(Requests.OFFER, answer)
        .flatMap(String::lines)
        .filter(line -> line.length() > 5)
        .forEach(secrets::add);
    server.close();

    assertThat(secrets).hasSizeGreaterThan(20);
    assertThat(capture.lines).as("it does listen").isNotEmpty();
    assertThat(capture.lines).allSatisfy(line -> assertThat(secrets).noneMatch(line::contains));
  }
}

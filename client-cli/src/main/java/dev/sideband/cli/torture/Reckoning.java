package dev.sideband.cli.torture;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.EventFeed;
import dev.sideband.cli.server.LoopbackControl;
import dev.sideband.cli.server.LoopbackControl.Call;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.SubscribeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * After the last harm: lets everything come to rest, ends every conversation, kills the server once
 * more, and reads what is left.
 *
 * <p><b>Threads.</b> One.
 */
final class Reckoning {
  private static final int LOOK_EVERY_MS = 50;
  private static final int PAGE = 500;

  private final Stage stage;
  private final LoopbackControl provider;
  private final Pulse pulse;
  private final Duration patience;

  /** Waits for each thing that must happen for so long, and no longer. */
  Reckoning(Stage stage, LoopbackControl provider, Pulse pulse, Duration patience) {
    this.stage = stage;
    this.provider = provider;
    this.pulse = pulse;
    this.patience = patience;
  }

  /** Lets callers finish what they began, and ends everything. */
  void bringToRest(List<Future<?>> callers) {
    pulse.tell("no more harm; every input is to find its fate");
    stage.quiet().raise();
    require(() -> callers.stream().allMatch(Future::isDone), "a caller still waits for an outcome");
    requireOfEach(stage.toStop(), this::isSettled, "inputs without a fate: conversation ");
    requireOfEach(stage.toStop(), this::isStopped, "could not be stopped: conversation ");
    require(() -> provider.calls().stream().noneMatch(Reckoning::isOurs), "calls are not hung up");
    require(stage::isSeenOut, "subscribers have not seen the end");
    stage.over().raise();
  }

  private static boolean isOurs(Call call) {
    return call.isLive() && call.joins() > 0;
  }

  private void require(BooleanSupplier done, String otherwise) {
    requireOfEach(List.of(""), nothing -> done.getAsBoolean(), otherwise);
  }

  private void requireOfEach(List<String> ids, Predicate<String> done, String otherwise) {
    List<String> left = new ArrayList<>(ids);
    left.removeIf(done);
    for (long waited = 0; !left.isEmpty() && waited < patience.toMillis(); ) {
      pulse.rest(LOOK_EVERY_MS);
      waited += LOOK_EVERY_MS;
      left.removeIf(done);
    }
    for (String id : left) {
      stage.trouble(
          "after " + patience.toSeconds() + " s of rest: " + otherwise + Checks.brief(id));
    }
  }

  private boolean isSettled(String id) {
    try {
      var state = link().get(id).getState();
      return state.getPendingInputs() == 0 || state.hasEndedAt();
    } catch (CliException notNow) {
      return false;
    }
  }

  private boolean isStopped(String id) {
    return link()
        .tryStop(StopRequest.newBuilder().setConversationId(id).build())
        .answer()
        .isPresent();
  }

  private ServerLink link() {
    return stage
        .server()
        .link()
        .orElseThrow(() -> new CliException(ExitCode.FAILED, "the server is gone"));
  }

  /**
   * Kills and restarts the server, ends it, and lays everything side by side.
   *
   * @param folder checks the data folder, once nobody has it open
   */
  Evidence evidence(Supplier<Evidence.Folder> folder) {
    pulse.tell("killed once more, to read what is left");
    stage.server().kill();
    stage.server().launch();
    stage.server().awaitReady();
    Map<String, List<RealtimeEvent>> log = log();
    pulse.tell("ended, and its data folder checked");
    stage.server().close();
    Ledger ledger = stage.ledger();
    return new Evidence(
        ledger.told(),
        ledger.views(),
        ledger.held(),
        log,
        provider.statements(),
        provider.missed(),
        provider.calls(),
        ledger.frames(),
        ledger.comebacks(),
        folder.get());
  }

  private Map<String, List<RealtimeEvent>> log() {
    Map<String, List<RealtimeEvent>> log = new LinkedHashMap<>();
    ListRequest request = ListRequest.newBuilder().setPageSize(PAGE).build();
    boolean more = true;
    while (more) {
      ListResponse page = link().list(request);
      for (ConversationSummary each : page.getConversationsList()) {
        log.put(each.getConversationId(), read(each.getConversationId()));
      }
      request = request.toBuilder().setPageToken(page.getNextPageToken()).build();
      more = !page.getNextPageToken().isEmpty();
    }
    return log;
  }

  private List<RealtimeEvent> read(String id) {
    List<RealtimeEvent> events = new ArrayList<>();
    SubscribeRequest request = SubscribeRequest.newBuilder().setConversationId(id).build();
    try (EventFeed feed = link().subscribe(request)) {
      Optional<RealtimeEvents> batch = feed.next();
      while (batch.isPresent()) {
        events.addAll(batch.get().getEventsList());
        batch = feed.next();
      }
    }
    return events;
  }
}

package dev.sideband.server.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.provider.ProviderCommand.CreateItem;
import dev.sideband.server.provider.ProviderCommand.DeleteItem;
import dev.sideband.server.provider.ProviderException.Kind;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.SessionOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RealtimeProvider} promises, the fake included. */
public abstract class RealtimeProviderContract {

  /** A provider, and the hands that move the service behind it. */
  public interface World extends AutoCloseable {

    /** The provider under test. */
    RealtimeProvider provider();

    /** Asks for a call, and lets the service create it under this id. */
    CompletionStage<CreatedCall> create(CallRequest request, String callId);

    /** Asks for a call, and lets the service refuse. */
    CompletionStage<CreatedCall> createRefused(CallRequest request, Kind kind);

    /** From now on the service knows no call that is to be hung up. */
    void forgetCalls();

    /** Joins, and lets the service accept. */
    Sideband join(SidebandListener listener);

    /** Joins, and lets the service answer that it knows no such call. */
    Sideband joinUnknown(SidebandListener listener);

    /** Joins, and lets the service say nothing at all. */
    Sideband joinPending(SidebandListener listener);

    /** The service says so many things on the sideband joined last. */
    void say(int events);

    /** The item id of the next DeleteItem that reached the service. */
    String nextDeletedItem();

    /** How many commands reached the service. */
    int commands();

    /** The service stops reading. */
    void stopReading();

    /** The service closes the sideband joined last. */
    void closeByService(int code);

    /** The connection breaks. */
    void breakConnection();

    @Override
    void close();
  }

  /** A fresh world. */
  protected abstract World newWorld();

  @SuppressWarnings("NullAway.Init")
  private World world;

  private final RecordingListener listener = new RecordingListener();

  @BeforeEach
  void createWorld() {
    world = newWorld();
  }

  @AfterEach
  void closeWorld() {
    world.close();
  }

  @Test
  void shouldNameWhatItSpeaks() {
    Dialect first = world.provider().dialects().get(0);

    assertThat(world.provider().name()).isNotEmpty();
    assertThat(first.voices()).contains(first.defaultVoice());
    assertThat(first.defaultModel()).isNotEmpty();
  }

  @Test
  void shouldGiveIdAndAnswerWhenTheCallIsCreated() {
    CreatedCall call = value(world.create(request(), "rtc_contract"));

    assertThat(call.id()).isEqualTo(new CallId("rtc_contract"));
    assertThat(call.sdpAnswer()).startsWith("v=0");
    assertThat(call.toString() + call.id()).doesNotContain("rtc_contract", "v=0");
  }

  @Test
  void shouldFailWithItsKindWhenTheCallIsRefused() {
    for (Kind kind : List.of(Kind.UNAUTHORIZED, Kind.NOT_FOUND, Kind.RATE_LIMITED, Kind.FAILED)) {
      assertThat(failure(world.createRefused(request(), kind)).kind()).isEqualTo(kind);
    }
  }

  @Test
  void shouldHangUpAgainAndAgain() {
    CallId call = value(world.create(request(), "rtc_contract")).id();

    assertThat(value(world.provider().hangUp(call))).isEqualTo(HangUpOutcome.HUNG_UP);
    world.forgetCalls();
    assertThat(value(world.provider().hangUp(call))).isEqualTo(HangUpOutcome.ALREADY_GONE);
  }

  @Test
  void shouldOpenAndSendNothingByItselfWhenTheJoinIsAccepted() {
    Sideband sideband = world.join(listener);
    listener.awaitOpen();

    sideband.send(new DeleteItem("e1", "first"));

    assertThat(world.nextDeletedItem()).isEqualTo("first");
    assertThat(world.commands()).isEqualTo(1);
  }

  @Test
  void shouldSendInTheOrderOfTheCalls() {
    Sideband sideband = world.join(listener);
    listener.awaitOpen();

    for (int i = 0; i < 100; i++) {
      sideband.send(new DeleteItem("e" + i, "item" + i));
    }

    for (int i = 0; i < 100; i++) {
      assertThat(world.nextDeletedItem()).isEqualTo("item" + i);
    }
  }

  @Test
  void shouldTellNotFoundWithoutOpeningWhenTheCallIsUnknown() {
    world.joinUnknown(listener);

    SidebandClosed closed = listener.awaitClosed();

    assertThat(closed.cause()).isEqualTo(Cause.NOT_FOUND);
    assertThat(closed.httpStatus()).isEqualTo(404);
    assertThat(listener.wasOpen()).isFalse();
  }

  @Test
  void shouldCloseAsLocalOnceWhenClosedTwice() {
    Sideband sideband = world.join(listener);
    listener.awaitOpen();

    sideband.close();
    sideband.close();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.LOCAL);
  }

  @Test
  void shouldCloseAsLocalWhileJoining() {
    world.joinPending(listener).close();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.LOCAL);
    assertThat(listener.wasOpen()).isFalse();
  }

  @Test
  void shouldIgnoreCommandsWhenClosed() {
    Sideband sideband = world.join(listener);
    listener.awaitOpen();
    sideband.close();
    listener.awaitClosed();

    sideband.send(new DeleteItem("e1", "late"));

    assertThat(world.commands()).isZero();
  }

  @Test
  void shouldTellTheCodeWhenTheServiceCloses() {
    world.join(listener);
    listener.awaitOpen();
    world.say(3);
    world.closeByService(4000);

    SidebandClosed closed = listener.awaitClosed();

    assertThat(closed.cause()).isEqualTo(Cause.CLOSED);
    assertThat(closed.closeCode()).isEqualTo(4000);
    assertThat(listener.told()).isEqualTo(3);
  }

  @Test
  void shouldTellResetWhenTheConnectionBreaks() {
    world.join(listener);
    listener.awaitOpen();

    world.breakConnection();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.RESET);
  }

  @Test
  void shouldHoldEventsBackUntilOthersAreHandled() {
    Sideband sideband = world.join(listener);
    listener.awaitOpen();

    world.say(70);
    await().until(() -> listener.told() == 64);
    sideband.handled();
    sideband.handled();
    await().until(() -> listener.told() == 66);

    sideband.close();
    listener.awaitClosed();
    assertThat(listener.told()).isEqualTo(66);
  }

  @Test
  void shouldCloseAsWriterStalledWhenTheServiceReadsNothing() {
    Sideband sideband = world.join(listener);
    listener.awaitOpen();
    world.stopReading();
    CreateItem large = new CreateItem("e1", text("x".repeat(64 * 1024)), "");

    for (int i = 0; i < 2_000 && !listener.isClosed(); i++) {
      sideband.send(large);
    }

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.WRITER_STALLED);
  }

  @Test
  void shouldCloseItsSidebandsWhenClosed() {
    world.join(listener);
    listener.awaitOpen();

    world.provider().close();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.LOCAL);
  }

  private static CallRequest request() {
    SessionOptions session =
        SessionOptions.newBuilder().setModel("gpt-realtime").setVoice("marin").build();
    return new CallRequest("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", session, "");
  }

  private static Item text(String text) {
    return Item.newBuilder()
        .setId("a".repeat(32))
        .setMessage(
            MessageItem.newBuilder().addContent(ContentPart.newBuilder().setText(text).build()))
        .build();
  }

  private static <T> T value(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  // Listens on the stage itself: a failure must come as it is, not wrapped.
  private static ProviderException failure(CompletionStage<?> stage) {
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    CompletionStage<?> unused =
        stage.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                failed.completeExceptionally(new AssertionError("succeeded: " + value));
              } else {
                failed.complete(failure);
              }
            });
    return (ProviderException) value(failed);
  }
}

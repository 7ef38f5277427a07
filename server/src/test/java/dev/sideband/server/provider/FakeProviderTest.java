package dev.sideband.server.provider;

import dev.sideband.server.provider.ProviderCommand.DeleteItem;
import dev.sideband.server.provider.ProviderException.Kind;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.PlaybackStarted;
import dev.sideband.v1.RealtimeEvent;
import java.util.concurrent.CompletionStage;

/** The fake keeps the contract. */
class FakeProviderTest extends RealtimeProviderContract {

  @Override
  protected World newWorld() {
    return new FakeWorld();
  }

  private static final class FakeWorld implements World {
    private final FakeProvider provider = new FakeProvider();

    @Override
    public RealtimeProvider provider() {
      return provider;
    }

    @Override
    public CompletionStage<CreatedCall> create(CallRequest request, String callId) {
      CompletionStage<CreatedCall> created = provider.createCall(request);
      provider.nextCreate().succeed(callId);
      return created;
    }

    @Override
    public CompletionStage<CreatedCall> createRefused(CallRequest request, Kind kind) {
      CompletionStage<CreatedCall> created = provider.createCall(request);
      provider.nextCreate().fail(kind);
      return created;
    }

    @Override
    public void forgetCalls() {
      provider.forgetCalls();
    }

    @Override
    public Sideband join(SidebandListener listener) {
      Sideband sideband = joinPending(listener);
      last().open();
      return sideband;
    }

    @Override
    public Sideband joinUnknown(SidebandListener listener) {
      Sideband sideband = joinPending(listener);
      last().refuse(Cause.NOT_FOUND, 404);
      return sideband;
    }

    @Override
    public Sideband joinPending(SidebandListener listener) {
      return provider.join(new CallId("rtc_contract"), listener);
    }

    @Override
    public void say(int events) {
      for (int i = 0; i < events; i++) {
        last()
            .emit(
                "output_audio_buffer.started",
                RealtimeEvent.newBuilder().setPlaybackStarted(PlaybackStarted.newBuilder()));
      }
    }

    @Override
    public String nextDeletedItem() {
      return ((DeleteItem) last().nextCommand()).itemId();
    }

    @Override
    public int commands() {
      return last().commands().size();
    }

    @Override
    public void stopReading() {
      last().stopReading();
    }

    @Override
    public void closeByService(int code) {
      last().lose(Cause.CLOSED, code);
    }

    @Override
    public void breakConnection() {
      last().lose(Cause.RESET, 0);
    }

    @Override
    public void close() {
      provider.close();
    }

    private FakeSideband last() {
      return provider.sidebands().get(provider.sidebands().size() - 1);
    }
  }
}

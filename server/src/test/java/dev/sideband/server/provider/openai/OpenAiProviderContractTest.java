package dev.sideband.server.provider.openai;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.CallRequest;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.ProviderException.Kind;
import dev.sideband.server.provider.RealtimeProvider;
import dev.sideband.server.provider.RealtimeProviderContract;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandListener;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@link OpenAiProvider} keeps the contract, over real sockets. */
@ExpectWarning("does not answer") // Of the first probe, when its server goes meanwhile.
class OpenAiProviderContractTest extends RealtimeProviderContract {

  @Override
  protected World newWorld() {
    return new OpenAiWorld();
  }

  private static final class OpenAiWorld implements World {
    private final OpenAiRig rig = new OpenAiRig();
    private @Nullable FakeConnection connection;

    @Override
    public RealtimeProvider provider() {
      return rig.provider();
    }

    @Override
    public CompletionStage<CreatedCall> create(CallRequest request, String callId) {
      rig.server().onCreate("/v1/realtime/calls/" + callId, FakeRealtimeServer.SDP_ANSWER);
      return rig.provider().createCall(request);
    }

    @Override
    public CompletionStage<CreatedCall> createRefused(CallRequest request, Kind kind) {
      int status =
          switch (kind) {
            case UNAUTHORIZED -> 401;
            case NOT_FOUND -> 404;
            case RATE_LIMITED -> 429;
            case FAILED -> 503;
            default -> throw new AssertionError(kind);
          };
      rig.server().refuseCreate(status, "");
      return rig.provider().createCall(request);
    }

    @Override
    public void forgetCalls() {
      rig.server().forgetCalls();
    }

    @Override
    public Sideband join(SidebandListener listener) {
      Sideband sideband = joinAny(listener);
      connection = rig.server().nextConnection();
      return sideband;
    }

    @Override
    public Sideband joinUnknown(SidebandListener listener) {
      rig.server().refuseJoins(404);
      return joinAny(listener);
    }

    @Override
    public Sideband joinPending(SidebandListener listener) {
      rig.server().holdJoins();
      return joinAny(listener);
    }

    private Sideband joinAny(SidebandListener listener) {
      return rig.provider().join(new CallId("rtc_contract"), listener);
    }

    @Override
    public void say(int events) {
      for (int i = 0; i < events; i++) {
        connection().say("{\"type\":\"output_audio_buffer.started\",\"response_id\":\"r\"}");
      }
    }

    @Override
    public String nextDeletedItem() {
      return Json.text(Json.tryRead(connection().nextText()).orElseThrow(), "item_id");
    }

    @Override
    public int commands() {
      return connection().received().size();
    }

    @Override
    public void stopReading() {
      rig.wire().blackHole();
    }

    @Override
    public void closeByService(int code) {
      connection().close(code, "");
    }

    @Override
    public void breakConnection() {
      rig.wire().drop();
    }

    private FakeConnection connection() {
      if (connection == null) {
        throw new AssertionError("join first");
      }
      return connection;
    }

    @Override
    public void close() {
      rig.close();
    }
  }
}

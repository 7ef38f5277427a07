package dev.sideband.server.provider.openai;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.CallRequest;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.Dialect;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.RealtimeProvider;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.server.provider.SidebandListener;
import dev.sideband.v1.SessionOptions;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * OpenAI Realtime, or a server that speaks it. Connects to the provider at once, and keeps the
 * connection warm until closed.
 *
 * <p><b>Threads.</b> As {@link RealtimeProvider} says. Owns a pool made from the given factory: one
 * thread per open sideband, and what HTTP needs; idle ones go after a minute.
 */
public final class OpenAiProvider implements RealtimeProvider {

  /** As in {@code SessionOptions.dialect}. */
  public static final String DIALECT = "openai-realtime";

  private static final List<String> VOICES =
      List.of(
          "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar");
  private static final String DEFAULT_VOICE = "marin";
  private static final int AUDIO_RATE = 24_000;

  private final OpenAiConfig config;
  private final OpenAiResources resources;
  private final Endpoints endpoints;
  private final ExecutorService pool;
  private final HttpLane lane;
  private final OpenAiCallsClient calls;
  private final Set<Sideband> sidebands = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public OpenAiProvider(OpenAiConfig config, OpenAiResources resources) {
    this.config = config;
    this.resources = resources;
    this.endpoints = new Endpoints(config.baseUri());
    this.pool = Executors.newCachedThreadPool(resources.threads());
    this.lane = new HttpLane(config, resources, pool);
    this.calls = new OpenAiCallsClient(config, resources, lane);
    lane.keepWarm();
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public List<Dialect> dialects() {
    return List.of(dialect(config.defaultModel()));
  }

  /** What is spoken here, and to whom a caller who names no model speaks. */
  public static Dialect dialect(String defaultModel) {
    return new Dialect(
        DIALECT,
        VOICES,
        DEFAULT_VOICE,
        defaultModel,
        SessionWriter.TRANSCRIPTION_MODEL,
        AUDIO_RATE);
  }

  @Override
  public CompletionStage<CreatedCall> createCall(CallRequest request) {
    return calls.create(request);
  }

  @Override
  public CompletionStage<HangUpOutcome> hangUp(CallId call) {
    return calls.hangUp(call);
  }

  @Override
  public Sideband join(CallId call, SidebandListener listener) {
    return begin(endpoints.sideband(call), listener);
  }

  @Override
  public Sideband connect(SessionOptions session, SidebandListener listener) {
    String model = session.getModel().isEmpty() ? config.defaultModel() : session.getModel();
    return begin(endpoints.session(model), listener);
  }

  private Sideband begin(URI uri, SidebandListener listener) {
    Tracked tracked = new Tracked(listener);
    OpenAiSideband sideband = new OpenAiSideband(uri, config, resources, pool, tracked);
    tracked.track(sideband);
    sideband.begin();
    if (closed) {
      sideband.close();
    }
    return sideband;
  }

  @Override
  public void close() {
    closed = true;
    lane.close();
    List.copyOf(sidebands).forEach(Sideband::close);
    pool.shutdown();
  }

  /** Forgets a sideband when it is over. */
  private final class Tracked implements SidebandListener {
    private final SidebandListener listener;
    private volatile Runnable forget = () -> {};

    Tracked(SidebandListener listener) {
      this.listener = listener;
    }

    void track(Sideband sideband) {
      sidebands.add(sideband);
      forget = () -> sidebands.remove(sideband);
    }

    @Override
    public void onOpen() {
      listener.onOpen();
    }

    @Override
    public void onEvent(SidebandEvent event) {
      listener.onEvent(event);
    }

    @Override
    public void onClosed(SidebandClosed ended) {
      forget.run();
      listener.onClosed(ended);
    }
  }
}

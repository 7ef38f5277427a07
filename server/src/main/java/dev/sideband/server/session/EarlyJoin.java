package dev.sideband.server.session;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.RealtimeProvider;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.server.provider.SidebandListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sideband that is joined before the state of its conversation is known: it holds what it hears
 * until its session is there and {@linkplain #adopt adopts} it, and then hands all on, in order.
 *
 * <p><b>Promise.</b> Nothing is sent over it, and nothing heard is true, before it is adopted. That
 * the attempt itself is no event before it is made is safe: the provider's call stays as it is, and
 * a process that dies meanwhile leaves a socket behind that closes with it. The session adds the
 * event when it adopts.
 *
 * <p><b>Threads.</b> The coordinator's, except for what it hears.
 *
 * <p><b>Full queue.</b> A sideband tells 64 events that nobody handles, then it waits.
 */
final class EarlyJoin implements Sideband, SidebandListener {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyJoin.class);

  private final CallId call;
  private final RealtimeProvider provider;
  private final Lanes lanes;
  private final LongSupplier nanoTime;
  private LongSupplier begun;
  private final List<Consumer<SidebandListener>> heard = new ArrayList<>();
  private @Nullable SidebandListener heir;
  private Places.@Nullable Place place;
  private @Nullable Sideband sideband;

  EarlyJoin(CallId call, RealtimeProvider provider, Lanes lanes, LongSupplier nanoTime) {
    this.call = call;
    this.provider = provider;
    this.lanes = lanes;
    this.nanoTime = nanoTime;
    this.begun = nanoTime;
  }

  /** Joins, when it is its turn. */
  void begin(Places places) {
    place = places.take(taken -> join());
  }

  private void join() {
    long now = nanoTime.getAsLong();
    begun = () -> now;
    try {
      sideband = provider.join(call, this);
    } catch (RuntimeException e) { // No session's turn is there to catch it.
      LOG.error("sideband: cannot be joined", e);
      onClosed(new SidebandClosed(SidebandClosed.Cause.RESET, 0, 0, "sideband: cannot be joined"));
    }
  }

  /** When it was its turn; now, if it is still to come. The coordinator's. */
  long begunNanos() {
    return begun.getAsLong();
  }

  CallId call() {
    return call;
  }

  /** Tells somebody all that was heard, and will be. */
  synchronized void adopt(SidebandListener by) {
    heard.forEach(word -> word.accept(by));
    heard.clear();
    heir = by;
  }

  private synchronized void tell(Consumer<SidebandListener> word) {
    if (heir == null) {
      heard.add(word);
    } else {
      word.accept(heir);
    }
  }

  @Override
  public void onOpen() {
    lanes.postCompletion(this::leavePlace);
    tell(SidebandListener::onOpen);
  }

  @Override
  public void onEvent(SidebandEvent event) {
    tell(listener -> listener.onEvent(event));
  }

  @Override
  public void onClosed(SidebandClosed end) {
    lanes.postCompletion(this::leavePlace);
    tell(listener -> listener.onClosed(end));
  }

  private void leavePlace() {
    if (place != null) {
      place.leave();
    }
  }

  @Override
  public void send(ProviderCommand command) {
    if (sideband != null) {
      sideband.send(command);
    }
  }

  @Override
  public void handled() {
    if (sideband != null) {
      sideband.handled();
    }
  }

  /** Also gives up waiting for its turn. */
  @Override
  public void close() {
    leavePlace();
    if (sideband != null) {
      sideband.close();
    }
  }
}

package dev.sideband.server.provider;

import dev.sideband.v1.SessionOptions;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A service that holds voice calls between a client and a model, steered over a second connection.
 *
 * <p><b>Promise.</b> One attempt per request: {@link #createCall} in particular is never repeated,
 * because a lost answer may have created a call. Every stage completes within the provider's own
 * timeout, with a value or a {@link ProviderException}; every listener is closed exactly once.
 *
 * <p><b>Threads.</b> Any thread may call; nothing waits. Stages complete on the provider's threads.
 */
public interface RealtimeProvider extends AutoCloseable {

  /** For people: "OpenAI", "loopback". */
  String name();

  /** What it speaks; the first is the default. Never empty. */
  List<Dialect> dialects();

  /** Creates a call. Cannot be aborted: a caller that lost interest must hang up what comes. */
  CompletionStage<CreatedCall> createCall(CallRequest request);

  /** Hangs a call up. Safe to repeat. */
  CompletionStage<HangUpOutcome> hangUp(CallId call);

  /**
   * Begins one attempt to join the sideband of a call. Sends nothing by itself.
   *
   * @return at once, not yet open; the listener hears what becomes of it
   */
  Sideband join(CallId call, SidebandListener listener);

  /**
   * Begins one attempt to open a session of its own, without media: the {@code web_socket}
   * transport. Like {@link #join} in all else; its audio comes as {@code AudioOut}, and losing it
   * loses the session.
   */
  Sideband connect(SessionOptions session, SidebandListener listener);

  /** Closes connections; calls live on at the provider. */
  @Override
  void close();
}

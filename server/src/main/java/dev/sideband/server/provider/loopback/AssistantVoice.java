package dev.sideband.server.provider.loopback;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes the assistant heard by a caller: over a peer, or, without media, by the clock only.
 *
 * <p><b>Threads.</b> The loop's, also for what it calls.
 */
interface AssistantVoice {

  /** Begins to sound; {@code finished} follows when it has ended by itself. */
  void play(Duration length, Runnable finished);

  /** Falls silent. */
  void cut();

  /** A voice without sound, for calls without media. */
  static AssistantVoice silent(OwnerLoop loop) {
    return new AssistantVoice() {
      private OwnerLoop.@Nullable Timer end;

      @Override
      public void play(Duration length, Runnable finished) {
        cut();
        end = loop.after(length, finished);
      }

      @Override
      public void cut() {
        if (end != null) {
          end.cancel();
          end = null;
        }
      }
    };
  }
}

package dev.sideband.cli.call;

import java.util.function.Consumer;

/**
 * A call's milestones under the names that a server knows them by.
 *
 * @param reached hears of each; on native threads, as {@link CallListener} says
 * @param broken hears why the connection broke
 */
public record NamedMilestones(Consumer<String> reached, Consumer<String> broken)
    implements CallListener {
  /** Media can flow. */
  public static final String CONNECTED = "dtls_connected";

  @Override
  public void iceConnected() {
    reached.accept("ice_connected");
  }

  @Override
  public void dtlsConnected() {
    reached.accept(CONNECTED);
  }

  @Override
  public void firstAudioSent() {
    reached.accept("first_audio_sent");
  }

  @Override
  public void firstAudioHeard() {
    reached.accept("first_audio_heard");
  }

  @Override
  public void failed(String why) {
    broken.accept(why);
  }
}

package dev.sideband.cli.demo;

import dev.sideband.cli.call.CallListener;
import dev.sideband.cli.demo.Happening.MediaFailed;
import dev.sideband.cli.demo.Happening.MediaReached;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * Native threads hop: what they tell is put into {@code happenings}, or dropped when it is full.
 */
record MediaHappenings(Queue<Happening> happenings, LongSupplier nanoTime) implements CallListener {
  @Override
  public void iceConnected() {
    reached("ice_connected");
  }

  @Override
  public void dtlsConnected() {
    reached("dtls_connected");
  }

  @Override
  public void firstAudioHeard() {
    reached("first_audio_heard");
  }

  /** A milestone of the call, reached just now. */
  void reached(String name) {
    var unused = happenings.offer(new MediaReached(name, nanoTime.getAsLong()));
  }

  @Override
  public void failed(String why) {
    var unused = happenings.offer(new MediaFailed(why));
  }
}

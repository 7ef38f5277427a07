package dev.sideband.cli.demo;

import com.google.protobuf.Duration;
import dev.sideband.cli.call.Wav;
import dev.sideband.cli.call.WebRtcCall;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.HandoffOptions;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What the demo's caller says and asks for.
 *
 * @param speech what the microphone hears
 * @param words the same in writing
 */
record DemoScript(Wav speech, String words) {
  private static final String INSTRUCTIONS =
      "You are on a demonstration call. Answer in one short sentence. "
          + "For anything about builds, ask the background agent and tell its answer.";

  /** The recording that comes with the client. */
  static DemoScript recorded() {
    try (InputStream wav = resource("hello.wav");
        InputStream text = resource("hello.txt")) {
      return new DemoScript(
          Wav.read(wav, "hello.wav"),
          new String(text.readAllBytes(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    InputStream in = WebRtcCall.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("resource: " + name + " (expected: in the client's jar)");
    }
    return in;
  }

  StartRequest request(String offer) {
    return StartRequest.newBuilder()
        .setTransport(Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(offer)))
        .setSession(
            SessionOptions.newBuilder()
                .setInstructions(INSTRUCTIONS)
                .setHandoff(HandoffOptions.newBuilder().setEnabled(true)))
        .setReportsMedia(true)
        .putMetadata("client", "sideband demo")
        .build();
  }

  /** What the server took beyond the provider, in milliseconds. */
  double addedByServer(CallCreated created) {
    Duration provider = created.getProviderProcessing();
    return Math.max(0, Texts.millis(created.getTiming().getTotal()) - Texts.millis(provider));
  }
}

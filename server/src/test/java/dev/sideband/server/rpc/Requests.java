package dev.sideband.server.rpc;

import com.google.protobuf.ByteString;
import dev.sideband.v1.AudioInput;
import dev.sideband.v1.Input;
import dev.sideband.v1.SendRequest;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.TextInput;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;

/** Requests that are as they should be, for tests to spoil. */
final class Requests {
  static final String OFFER =
      """
      v=0
      o=- 4611731400430051336 2 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=group:BUNDLE 0 1
      m=audio 9 UDP/TLS/RTP/SAVPF 111 63
      c=IN IP4 0.0.0.0
      a=sendrecv
      a=rtpmap:111 opus/48000/2
      m=application 9 UDP/DTLS/SCTP webrtc-datachannel
      c=IN IP4 0.0.0.0
      a=sctp-port:5000
      """
          .replace("\n", "\r\n");

  private Requests() {}

  static StartRequest start() {
    return offering(OFFER).build();
  }

  static StartRequest.Builder offering(String sdp) {
    return StartRequest.newBuilder()
        .setTransport(Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(sdp)));
  }

  static StartRequest session(SessionOptions.Builder session) {
    return offering(OFFER).setSession(session).build();
  }

  static Input text(String text) {
    return Input.newBuilder().setText(TextInput.newBuilder().setText(text)).build();
  }

  static Input audio(int bytes, int rate) {
    return Input.newBuilder()
        .setAudio(
            AudioInput.newBuilder()
                .setPcm(ByteString.copyFrom(new byte[bytes]))
                .setSampleRate(rate))
        .build();
  }

  static SendRequest send(Input input) {
    return SendRequest.newBuilder()
        .setConversationId(Serving.TALK.toString())
        .setInput(input)
        .build();
  }
}

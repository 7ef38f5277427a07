package dev.sideband.server;

import dev.sideband.v1.HandoffOptions;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.TextInput;
import dev.sideband.v1.ToolOutput;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;
import dev.sideband.v1.WebSocket;

/** What callers ask for. */
final class Requests {
  /** Enough of an offer for a loopback without media. */
  static final String OFFER =
      String.join(
          "\r\n",
          "v=0",
          "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
          "s=-",
          "t=0 0",
          "a=group:BUNDLE 0 1",
          "m=audio 9 UDP/TLS/RTP/SAVPF 111",
          "c=IN IP4 0.0.0.0",
          "a=mid:0",
          "a=sendrecv",
          "a=rtcp-mux",
          "a=rtpmap:111 opus/48000/2",
          "a=ice-ufrag:abcd",
          "a=ice-pwd:0123456789012345678901",
          "a=setup:actpass",
          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
          "a=mid:1",
          "a=sctp-port:5000",
          "");

  private Requests() {}

  static StartRequest.Builder offering(String sdp) {
    return StartRequest.newBuilder()
        .setTransport(Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(sdp)));
  }

  static StartRequest.Builder webRtc() {
    return offering(OFFER);
  }

  static StartRequest.Builder webSocket() {
    return StartRequest.newBuilder()
        .setTransport(Transport.newBuilder().setWebSocket(WebSocket.getDefaultInstance()));
  }

  /** A session whose model may ask the background agent. */
  static SessionOptions.Builder withAgent() {
    return SessionOptions.newBuilder().setHandoff(HandoffOptions.newBuilder().setEnabled(true));
  }

  /** Text that the assistant is to answer. */
  static Input asking(String text) {
    return Input.newBuilder()
        .setText(TextInput.newBuilder().setText(text).setRespond(true))
        .build();
  }

  /** Text alone. */
  static Input text(String text) {
    return Input.newBuilder().setText(TextInput.newBuilder().setText(text)).build();
  }

  static Input finalAnswer(String handoffId, String text) {
    return Input.newBuilder()
        .setHandoffOutput(
            HandoffOutput.newBuilder()
                .setHandoffId(handoffId)
                .setText(text)
                .setPhase(HandoffOutput.Phase.FINAL))
        .build();
  }

  static Input toolOutput(String toolCallId, String output) {
    return Input.newBuilder()
        .setToolOutput(ToolOutput.newBuilder().setToolCallId(toolCallId).setOutput(output))
        .build();
  }
}

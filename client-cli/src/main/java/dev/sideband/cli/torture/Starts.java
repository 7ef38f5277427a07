package dev.sideband.cli.torture;

import dev.sideband.v1.HandoffOptions;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;

/** How conversations are begun. */
final class Starts {
  /** An offer without candidates: a provider that is asked for a call has one, without media. */
  static final String OFFER =
      String.join(
          "\r\n",
          "v=0",
          "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
          "s=-",
          "t=0 0",
          "a=group:BUNDLE 0",
          "m=audio 9 UDP/TLS/RTP/SAVPF 111",
          "c=IN IP4 0.0.0.0",
          "a=mid:0",
          "a=sendrecv",
          "a=rtcp-mux",
          "a=rtpmap:111 opus/48000/2",
          "a=ice-ufrag:abcd",
          "a=ice-pwd:0123456789012345678901",
          "a=setup:actpass",
          "");

  private Starts() {}

  static StartRequest request(String requestId, String offer, int place) {
    return StartRequest.newBuilder()
        .setRequestId(requestId)
        .setTransport(Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(offer)))
        .setSession(
            SessionOptions.newBuilder()
                .setInstructions("You are being tortured. Answer in one short sentence.")
                .setOutputModality(
                    offer.equals(OFFER) ? OutputModality.OUTPUT_TEXT : OutputModality.OUTPUT_AUDIO)
                .setHandoff(HandoffOptions.newBuilder().setEnabled(true)))
        .putMetadata("client", "sideband torture")
        .putMetadata("place", Integer.toString(place))
        .build();
  }
}

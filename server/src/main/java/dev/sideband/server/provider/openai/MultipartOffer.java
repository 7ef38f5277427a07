package dev.sideband.server.provider.openai;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** A create's body: the offer, unchanged, and the session, as {@code multipart/form-data}. */
record MultipartOffer(String contentType, String body) {

  static MultipartOffer of(String sdpOffer, String session, RandomGenerator random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String boundary = "sideband-" + HexFormat.of().formatHex(bytes);
    String body =
        part(boundary, "sdp", "application/sdp", sdpOffer)
            + part(boundary, "session", "application/json", session)
            + "--"
            + boundary
            + "--\r\n";
    return new MultipartOffer("multipart/form-data; boundary=" + boundary, body);
  }

  byte[] bytes() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "MultipartOffer[***]";
  }

  private static String part(String boundary, String name, String type, String content) {
    return "--"
        + boundary
        + "\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"\r\nContent-Type: "
        + type
        + "\r\n\r\n"
        + content
        + "\r\n";
  }
}

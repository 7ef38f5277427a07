package dev.sideband.server.provider.openai;

import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a server answered.
 *
 * @param complete false if the body broke off, or was longer than wanted
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record HttpReply(int status, HttpHeaders headers, byte[] body, boolean complete) {

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** The body as strict UTF-8; empty if it is anything else. */
  Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}

package dev.sideband.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came: a message, or bytes that are none (a broken encoding, a string that is not
 * UTF-8). Being a value, a bad request reaches the handler and is answered with an ErrorInfo like
 * every other; an exception in the marshaller would end the call without one.
 */
final class Inbound<T extends Message> {
  private final @Nullable T message;

  private Inbound(@Nullable T message) {
    this.message = message;
  }

  /**
   * The message.
   *
   * @throws SessionException REQUEST_MALFORMED if the bytes were none
   */
  T message() {
    if (message == null) {
      throw new SessionException(
          ErrorCode.REQUEST_MALFORMED, "request: not a valid message (expected: protobuf, UTF-8)");
    }
    return message;
  }

  static <T extends Message> Marshaller<Inbound<T>> marshaller(Parser<T> parser) {
    return new Decoder<>(parser);
  }

  private record Decoder<T extends Message>(Parser<T> parser) implements Marshaller<Inbound<T>> {
    @Override
    public InputStream stream(Inbound<T> value) {
      throw new UnsupportedOperationException("a server sends no requests");
    }

    @Override
    public Inbound<T> parse(InputStream stream) {
      try {
        return new Inbound<>(parser.parseFrom(stream.readAllBytes()));
      } catch (InvalidProtocolBufferException e) {
        return new Inbound<>(null);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}

package dev.sideband.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came: a message, or bytes that are none (a broken encoding, a string that is not
 * UTF-8, too many of them). Being a value, a bad request reaches the handler and is answered with
 * an ErrorInfo like every other; an exception in the marshaller would end the call without one.
 */
final class Inbound<T extends Message> {
  private final @Nullable T message;
  private final Supplier<SessionException> refusal;

  private Inbound(@Nullable T message, Supplier<SessionException> refusal) {
    this.message = message;
    this.refusal = refusal;
  }

  /**
   * The message.
   *
   * @throws SessionException REQUEST_MALFORMED or REQUEST_TOO_LARGE if the bytes were none
   */
  T message() {
    if (message == null) {
      throw refusal.get();
    }
    return message;
  }

  private static SessionException malformed() {
    return new SessionException(
        ErrorCode.REQUEST_MALFORMED, "request: not a valid message (expected: protobuf, UTF-8)");
  }

  private static SessionException tooLarge(int maxBytes) {
    return new SessionException(
        ErrorCode.REQUEST_TOO_LARGE,
        "request: too large (expected: at most %d bytes)".formatted(maxBytes),
        Map.of("limit", Integer.toString(maxBytes)),
        Optional.empty());
  }

  /**
   * How requests are read.
   *
   * @param maxBytes of one message; the transport must let more through, or it refuses by itself
   */
  static <T extends Message> Marshaller<Inbound<T>> marshaller(Parser<T> parser, int maxBytes) {
    return new Decoder<>(parser, maxBytes);
  }

  private record Decoder<T extends Message>(Parser<T> parser, int maxBytes)
      implements Marshaller<Inbound<T>> {
    @Override
    public InputStream stream(Inbound<T> value) {
      throw new UnsupportedOperationException("a server sends no requests");
    }

    @Override
    public Inbound<T> parse(InputStream stream) {
      try {
        byte[] bytes = stream.readNBytes(maxBytes + 1);
        return bytes.length > maxBytes
            ? new Inbound<>(null, () -> tooLarge(maxBytes))
            : new Inbound<>(parser.parseFrom(bytes), Inbound::malformed);
      } catch (InvalidProtocolBufferException e) {
        return new Inbound<>(null, Inbound::malformed);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}

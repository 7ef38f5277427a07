package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ErrorCode;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that are no request are answered like every other bad request. */
class MalformedRequestTest {
  /** Field 1 as a string of one byte that UTF-8 does not have. */
  private static final byte[] NOT_UTF8 = {0x0a, 1, (byte) 0xff};

  private static final byte[] CUT_SHORT = {0x0a, 9, 1};

  private final Serving serving = Serving.everybodyAs(LOCAL);

  @AfterEach
  void close() {
    serving.close();
  }

  static Iterator<MethodDescriptor<?, ?>> methods() {
    return ConversationGrpc.getServiceDescriptor().getMethods().stream()
        // Its request has no field that could be a broken string.
        .filter(m -> !m.equals(ConversationGrpc.getListVoicesMethod()))
        .<MethodDescriptor<?, ?>>map(m -> m)
        .iterator();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void shouldSayMalformedWhenTheBytesAreNoRequest(MethodDescriptor<?, ?> method) {
    boolean page = method.equals(ConversationGrpc.getListMethod());
    // List's field 1 is a number; its field 2 is the string.
    byte[] notUtf8 = page ? new byte[] {0x12, 1, (byte) 0xff} : NOT_UTF8;
    for (byte[] bytes : new byte[][] {notUtf8, CUT_SHORT}) {
      Refusal refusal = Refusal.of(refusalOf(method, bytes));
      assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_MALFORMED);
      assertThat(refusal.status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  private StatusRuntimeException refusalOf(MethodDescriptor<?, ?> method, byte[] bytes) {
    MethodDescriptor<byte[], byte[]> raw = method.toBuilder(new Raw(), new Raw()).build();
    return Assertions.catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingServerStreamingCall(
                    serving.channel, serverStreaming(raw), CallOptions.DEFAULT, bytes)
                .next());
  }

  /** Any call with one request, as its client sees it. */
  private static MethodDescriptor<byte[], byte[]> serverStreaming(
      MethodDescriptor<byte[], byte[]> method) {
    return method.toBuilder().setType(MethodDescriptor.MethodType.SERVER_STREAMING).build();
  }

  private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

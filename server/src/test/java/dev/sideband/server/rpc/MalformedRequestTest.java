package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no request, or asks for no RPC, is answered like every other bad request. */
class MalformedRequestTest {
  /** Field 1 as a string of one byte that UTF-8 does not have. */
  private static final byte[] NOT_UTF8 = {0x0a, 1, (byte) 0xff};

  private static final byte[] CUT_SHORT = {0x0a, 9, 1};

  private static final int MIB = 1024 * 1024;

  private final Serving serving = Serving.everybodyAs(LOCAL);

  @AfterEach
  void close() {
    serving.close();
  }

  static Iterator<MethodDescriptor<?, ?>> methods() {
    return ConversationGrpc.getServiceDescriptor().getMethods().stream()
        // Their requests have no field that could be a broken string.
        .filter(m -> !m.equals(ConversationGrpc.getListVoicesMethod()))
        .filter(m -> !m.equals(ConversationGrpc.getListIceServersMethod()))
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

  @Test
  void shouldTellOfAStartThatIsNoRequest() {
    MethodDescriptor<?, ?> start = ConversationGrpc.getStartMethod();
    assertThat(Refusal.of(refusalOf(start, NOT_UTF8)).code())
        .isEqualTo(ErrorCode.REQUEST_MALFORMED);
    assertThat(Refusal.of(refusalOf(start, unknownField(MIB + 1))).code())
        .isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
    assertThat(serving.conversations.startsRefused)
        .containsExactly(ErrorCode.REQUEST_MALFORMED, ErrorCode.REQUEST_TOO_LARGE);
  }

  static Iterator<MethodDescriptor<?, ?>> allMethods() {
    return ConversationGrpc.getServiceDescriptor().getMethods().stream()
        .<MethodDescriptor<?, ?>>map(m -> m)
        .iterator();
  }

  @ParameterizedTest
  @MethodSource("allMethods")
  void shouldSayTooLargeWhenAMessageIsLongerThanTheLimit(MethodDescriptor<?, ?> method) {
    for (int bytes : new int[] {MIB + 1, 4 * MIB}) {
      Refusal refusal = Refusal.of(refusalOf(method, unknownField(bytes)));
      assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
      assertThat(refusal.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refusal.info().getMetadataMap()).containsEntry("limit", Integer.toString(MIB));
    }
  }

  @Test
  void shouldReadAMessageOfJustTheLimit() {
    MethodDescriptor<byte[], byte[]> list = raw(ConversationGrpc.getListMethod());
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            serving.channel, list, CallOptions.DEFAULT, unknownField(MIB));
    assertThat(answer).isNotEmpty();
  }

  @Test
  void shouldLeaveToGrpcWhatIsLongerThanItReads() {
    StatusRuntimeException refused =
        refusalOf(ConversationGrpc.getListMethod(), unknownField(4 * MIB + 1));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sideband.v1.Conversation/Sing", "sideband.v2.Conversation/Start", "x/"})
  void shouldSayUnknownWhenThereIsNoSuchMethod(String name) {
    MethodDescriptor<?, ?> method =
        ConversationGrpc.getListMethod().toBuilder().setFullMethodName(name).build();
    Refusal refusal = Refusal.of(refusalOf(method, new byte[0]));
    assertThat(refusal.code()).isEqualTo(ErrorCode.METHOD_UNKNOWN);
    assertThat(refusal.status()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  /** A message of so many bytes, in a field that no request has. */
  private static byte[] unknownField(int bytes) {
    int header =
        CodedOutputStream.computeTagSize(1000) + CodedOutputStream.computeUInt32SizeNoTag(bytes);
    UnknownFieldSet.Field content =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[bytes - header]))
            .build();
    byte[] message = UnknownFieldSet.newBuilder().addField(1000, content).build().toByteArray();
    assertThat(message).hasSize(bytes);
    return message;
  }

  private StatusRuntimeException refusalOf(MethodDescriptor<?, ?> method, byte[] bytes) {
    MethodDescriptor<byte[], byte[]> raw = raw(method);
    return Assertions.catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingServerStreamingCall(
                    serving.channel, serverStreaming(raw), CallOptions.DEFAULT, bytes)
                .next());
  }

  private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method) {
    return method.toBuilder(new Raw(), new Raw()).build();
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

package dev.sideband.server.rpc;

import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Stands for every method that there is not: ends its calls UNIMPLEMENTED, as gRPC would, but with
 * an ErrorInfo, and for callers only who may call at all. Immutable; any thread.
 */
final class UnknownMethods extends HandlerRegistry {
  private static final Marshaller<byte[]> UNREAD = new Unread();

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(UNREAD, UNREAD)
            .setFullMethodName(methodName)
            .setType(MethodType.UNKNOWN)
            .build();
    return ServerMethodDefinition.create(method, UnknownMethods::refuse);
  }

  private static ServerCall.Listener<byte[]> refuse(
      ServerCall<byte[], byte[]> call, Metadata headers) {
    StatusMapper.close(
        call,
        new SessionException(
            ErrorCode.METHOD_UNKNOWN, "method: unknown (expected: one of sideband.v1)"));
    return new ServerCall.Listener<>() {};
  }

  /** Of messages that nobody asks for. */
  private static final class Unread implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }
}

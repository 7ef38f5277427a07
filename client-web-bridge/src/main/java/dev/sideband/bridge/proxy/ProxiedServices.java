package dev.sideband.bridge.proxy;

import dev.sideband.v1.ConversationGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.List;

/**
 * Which methods are handed on: every one of Sideband's API, and those by which a server says that
 * it lives and what it speaks. Of them only names and whether they stream matter here, so a new
 * field needs nothing of this program, and a new method that it is built again.
 */
final class ProxiedServices {
  private static final List<ServiceDescriptor> KNOWN =
      List.of(
          ConversationGrpc.getServiceDescriptor(),
          HealthGrpc.getServiceDescriptor(),
          ServerReflectionGrpc.getServiceDescriptor(),
          reflectionAlpha());

  private ProxiedServices() {}

  @SuppressWarnings("deprecation") // What grpcurl and others ask for first.
  private static ServiceDescriptor reflectionAlpha() {
    return io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServiceDescriptor();
  }

  /** Each of them, with a handler for every method. */
  static List<ServerServiceDefinition> all(Upstream upstream) {
    return KNOWN.stream().map(service -> definition(service, upstream)).toList();
  }

  private static ServerServiceDefinition definition(ServiceDescriptor known, Upstream upstream) {
    List<MethodDescriptor<byte[], byte[]>> methods =
        known.getMethods().stream().map(ProxiedServices::asBytes).toList();
    ServiceDescriptor.Builder service = ServiceDescriptor.newBuilder(known.getName());
    methods.forEach(service::addMethod);
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service.build());
    methods.forEach(method -> definition.addMethod(method, new CallHandler(method, upstream)));
    return definition.build();
  }

  private static MethodDescriptor<byte[], byte[]> asBytes(MethodDescriptor<?, ?> method) {
    return MethodDescriptor.newBuilder(ByteMarshaller.INSTANCE, ByteMarshaller.INSTANCE)
        .setType(method.getType())
        .setFullMethodName(method.getFullMethodName())
        .build();
  }
}

package dev.sideband.server.rpc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ConverseRequest;
import dev.sideband.v1.GetRequest;
import dev.sideband.v1.ListIceServersRequest;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListVoicesRequest;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.SendRequest;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import java.util.List;

/**
 * Binds the service as generated, but for what goes through the marshallers: requests that may be
 * unreadable, and streams that are encoded already. Clients see no difference.
 */
final class ServiceBinding {
  static final String NAME = ConversationGrpc.SERVICE_NAME;

  private final int maxMessageBytes;

  private ServiceBinding(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Binds a service.
   *
   * @param maxMessageBytes of one request
   */
  static ServerServiceDefinition bind(ConversationService service, int maxMessageBytes) {
    return new ServiceBinding(maxMessageBytes).bind(service);
  }

  private ServerServiceDefinition bind(ConversationService service) {
    List<ServerMethodDefinition<?, ?>> methods =
        List.of(
            unary(ConversationGrpc.getStartMethod(), StartRequest.parser(), service::start),
            unary(ConversationGrpc.getRenewMethod(), RenewRequest.parser(), service::renew),
            unary(ConversationGrpc.getSendMethod(), SendRequest.parser(), service::send),
            unary(ConversationGrpc.getStopMethod(), StopRequest.parser(), service::stop),
            unary(ConversationGrpc.getGetMethod(), GetRequest.parser(), service::get),
            unary(ConversationGrpc.getListMethod(), ListRequest.parser(), service::list),
            unary(
                ConversationGrpc.getListVoicesMethod(),
                ListVoicesRequest.parser(),
                service::listVoices),
            unary(
                ConversationGrpc.getListIceServersMethod(),
                ListIceServersRequest.parser(),
                service::listIceServers),
            streaming(
                ConversationGrpc.getSubscribeMethod(),
                SubscribeRequest.parser(),
                ServerCalls.asyncServerStreamingCall(service::subscribe)),
            streaming(
                ConversationGrpc.getConverseMethod(),
                ConverseRequest.parser(),
                ServerCalls.asyncBidiStreamingCall(service::converse)));
    ServiceDescriptor generated = ConversationGrpc.getServiceDescriptor();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }

  private <Q extends Message, R> ServerMethodDefinition<?, ?> unary(
      MethodDescriptor<Q, R> generated,
      Parser<Q> parser,
      ServerCalls.UnaryMethod<Inbound<Q>, R> handler) {
    return define(
        generated,
        Inbound.marshaller(parser, maxMessageBytes),
        generated.getResponseMarshaller(),
        ServerCalls.asyncUnaryCall(handler));
  }

  private <Q extends Message> ServerMethodDefinition<?, ?> streaming(
      MethodDescriptor<Q, ?> generated,
      Parser<Q> parser,
      ServerCallHandler<Inbound<Q>, Outbound> handler) {
    return define(
        generated, Inbound.marshaller(parser, maxMessageBytes), Outbound.marshaller(), handler);
  }

  private static <Q, R> ServerMethodDefinition<Q, R> define(
      MethodDescriptor<?, ?> generated,
      Marshaller<Q> requests,
      Marshaller<R> responses,
      ServerCallHandler<Q, R> handler) {
    return ServerMethodDefinition.create(generated.toBuilder(requests, responses).build(), handler);
  }
}

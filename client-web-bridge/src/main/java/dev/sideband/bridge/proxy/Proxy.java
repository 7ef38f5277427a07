package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.SerializationFormat;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import java.util.List;

/** The service that hands calls on to a server. */
public final class Proxy {
  /** Where the server's health is told. */
  public static final String HEALTH = "/healthz";

  /** More than the server takes, so that it is the server who says what is too large. */
  static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /** One message in base64, and its frame. A call that streams up may have many bodies' worth. */
  private static final long MAX_BODY_BYTES = MAX_MESSAGE_BYTES / 3 * 4 + 64;

  private static final List<SerializationFormat> SPOKEN =
      List.of(
          GrpcSerializationFormats.PROTO,
          GrpcSerializationFormats.PROTO_WEB,
          GrpcSerializationFormats.PROTO_WEB_TEXT);

  private Proxy() {}

  /** Adds calls to a server, in gRPC and both forms of gRPC-Web, and {@code /healthz}. */
  public static void addTo(ServerBuilder bridge, Upstream upstream) {
    UnreadableCalls unreadable = new UnreadableCalls();
    bridge.maxRequestLength(MAX_BODY_BYTES).errorHandler(unreadable);
    bridge.service(
        GrpcService.builder()
            .addServiceDefinitions(ProxiedServices.all(upstream))
            .supportedSerializationFormats(SPOKEN)
            .useMethodMarshaller(true)
            .exceptionHandler(unreadable)
            .maxRequestMessageLength(MAX_MESSAGE_BYTES)
            .build(),
        PromptCalls::new);
    bridge
        .route()
        .pathPrefix("/")
        .methods(HttpMethod.POST)
        .consumes(SPOKEN.stream().flatMap(format -> format.mediaTypes().stream()).toList())
        .build(new UnknownMethod());
    bridge.service(HEALTH, new HealthPage(upstream.health()));
  }
}

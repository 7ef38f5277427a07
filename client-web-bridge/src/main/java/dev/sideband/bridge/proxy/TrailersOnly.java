package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import io.grpc.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A failed call's whole answer, in the form of gRPC that it came in. */
final class TrailersOnly {
  private TrailersOnly() {}

  /** Whether a request is a call, and so wants such an answer. */
  static boolean suits(@Nullable RequestHeaders request) {
    MediaType type = request == null ? null : request.contentType();
    return type != null && type.type().equals("application") && type.subtype().startsWith("grpc");
  }

  static ResponseHeaders of(RequestHeaders request, Status status) {
    MediaType type = request.contentType();
    return ResponseHeaders.builder(HttpStatus.OK)
        .contentType(type == null ? MediaType.PROTOBUF : type)
        .add("grpc-status", String.valueOf(status.getCode().value()))
        .add("grpc-message", percentEncoded(status.getDescription()))
        .build();
  }

  private static String percentEncoded(@Nullable String words) {
    return words == null
        ? ""
        : URLEncoder.encode(words, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package dev.sideband.bridge.door;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A refused request's answer: to a gRPC client in its own words, else a line of text. */
final class Refusal {
  private static final int PERMISSION_DENIED = 7;

  private Refusal() {}

  /** Of somebody who may not. */
  static HttpResponse of(RequestHeaders request, HttpStatus status, String why) {
    return of(request, status, PERMISSION_DENIED, why);
  }

  static HttpResponse of(RequestHeaders request, HttpStatus status, int grpcStatus, String why) {
    MediaType type = request.contentType();
    if (type != null && type.type().equals("application") && type.subtype().startsWith("grpc")) {
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.OK)
              .contentType(type)
              .add("grpc-status", String.valueOf(grpcStatus))
              .add("grpc-message", percentEncoded(why))
              .build());
    }
    return HttpResponse.of(
        ResponseHeaders.builder(status)
            .contentType(MediaType.PLAIN_TEXT_UTF_8)
            .add(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .build(),
        com.linecorp.armeria.common.HttpData.ofUtf8(why + "\n"));
  }

  private static String percentEncoded(String words) {
    return URLEncoder.encode(words, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

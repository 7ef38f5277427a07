package dev.sideband.bridge;

import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Speaks gRPC-Web by raw HTTP, as its protocol's text says and no library interprets it. */
final class WebClient {
  static final String CONVERSATION = "sideband.v1.Conversation/";

  /** What a browser says about itself and its call. */
  private final Map<String, String> headers = new LinkedHashMap<>();

  private final HttpClient http;
  private final URI bridge;
  private final Form form;

  /** The two forms of gRPC-Web. */
  enum Form {
    BINARY("application/grpc-web+proto"),
    TEXT("application/grpc-web-text");

    final String contentType;

    Form(String contentType) {
      this.contentType = contentType;
    }

    byte[] encoded(byte[] frames) {
      return this == TEXT ? Base64.getEncoder().encode(frames) : frames;
    }

    InputStream decoded(InputStream body) {
      return this == TEXT ? new Base64Stream(body) : body;
    }
  }

  WebClient(HttpClient http, URI bridge, Form form) {
    this.http = http;
    this.bridge = bridge;
    this.form = form;
  }

  static WebClient of(RunningBridge bridge, Form form) {
    return new WebClient(
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), bridge.uri(), form);
  }

  WebClient with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  /** Calls a method with one message; the answer may still be coming in. */
  WebAnswer call(String method, MessageLite message) throws Exception {
    return call(method, message.toByteArray());
  }

  WebAnswer call(String method, byte[] message) throws Exception {
    return send(method, form.encoded(frame(0, message)));
  }

  /** Sends a body as it is. */
  WebAnswer send(String method, byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(bridge.resolve("/" + method))
            .header("content-type", form.contentType)
            .header("x-grpc-web", "1")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
    return new WebAnswer(response, form.decoded(response.body()));
  }

  static byte[] frame(int flags, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flags)
        .putInt(message.length)
        .put(message)
        .array();
  }
}

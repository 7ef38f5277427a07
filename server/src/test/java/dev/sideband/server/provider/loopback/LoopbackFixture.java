package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A running loopback and the words in which tests speak to it over the wire. */
final class LoopbackFixture implements AutoCloseable {
  static final String KEY = "sk-test";

  /** An offer as a browser makes it, shortened. */
  static final String OFFER =
      String.join(
          "\r\n",
          "v=0",
          "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
          "s=-",
          "t=0 0",
          "a=group:BUNDLE 0 1 2",
          "m=audio 9 UDP/TLS/RTP/SAVPF 63 111",
          "c=IN IP4 0.0.0.0",
          "a=mid:0",
          "a=sendrecv",
          "a=rtcp-mux",
          "a=rtpmap:63 red/48000/2",
          "a=rtpmap:111 opus/48000/2",
          "a=ice-ufrag:abcd",
          "a=ice-pwd:0123456789012345678901",
          "a=setup:actpass",
          "m=video 9 UDP/TLS/RTP/SAVPF 96",
          "a=mid:1",
          "a=rtpmap:96 VP8/90000",
          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
          "a=mid:2",
          "a=sctp-port:5000",
          "");

  final LoopbackServer server;
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<TestSocket> sockets = new ArrayList<>();

  private LoopbackFixture(LoopbackConfig config) {
    this.server = LoopbackServer.start(config, environment());
  }

  static LoopbackEnvironment environment() {
    return new LoopbackEnvironment(InstantSource.system(), System::nanoTime, UUID::randomUUID);
  }

  static LoopbackFixture start(LoopbackConfig config) {
    return new LoopbackFixture(config);
  }

  /** Without media, and without pauses in speaking. */
  static LoopbackConfig quick() {
    return LoopbackConfig.defaults()
        .withMedia(LoopbackConfig.Media.NONE)
        .withDelays(
            new LoopbackConfig.Delays(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));
  }

  /** Without media, but slow enough in speaking to be interrupted. */
  static LoopbackConfig paced() {
    return quick()
        .withDelays(
            new LoopbackConfig.Delays(
                Duration.ZERO, Duration.ZERO, Duration.ofMillis(5), Duration.ZERO));
  }

  HttpResponse<String> create() throws IOException, InterruptedException {
    return post("/realtime/calls", "application/sdp", OFFER);
  }

  /** Creates a call and says its id. */
  String createCall() throws IOException, InterruptedException {
    return callId(create());
  }

  static String callId(HttpResponse<String> created) {
    String location = created.headers().firstValue("Location").orElseThrow();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  HttpResponse<String> hangUp(String callId) throws IOException, InterruptedException {
    return post("/realtime/calls/" + callId + "/hangup", "application/json", "");
  }

  HttpResponse<String> post(String path, String contentType, String body)
      throws IOException, InterruptedException {
    return send(
        request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.baseUri() + path))
        .header("Authorization", "Bearer " + KEY);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** The {@code error} of an answer. */
  static ObjectNode errorOf(HttpResponse<String> answer) {
    return (ObjectNode) Json.readObject(answer.body()).orElseThrow().path("error");
  }

  /** Joins a call's sideband, and waits until it is open. */
  TestSocket join(String callId) throws InterruptedException {
    return open("call_id=" + callId);
  }

  /** Opens a session of its own. */
  TestSocket session() throws InterruptedException {
    return open("model=gpt-realtime");
  }

  TestSocket open(String query) throws InterruptedException {
    TestSocket socket = dial(query);
    socket.awaitOpen();
    return socket;
  }

  /** Begins to connect. */
  TestSocket dial(String query) {
    String base = server.baseUri().toString().replace("http://", "ws://");
    TestSocket socket = new TestSocket(URI.create(base + "/realtime?" + query), KEY);
    sockets.add(socket);
    socket.connect();
    return socket;
  }

  @Override
  public void close() {
    sockets.forEach(TestSocket::close);
    server.close();
  }
}

package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sideband.server.provider.loopback.CallReport;
import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.v1.EndReason;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server tells the world with the OpenTelemetry configuration that we ship. */
class ExportedTest {
  private static final Path SDK = Path.of("../otel-config/sdk.yaml");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CLIENT_SPAN = "00f067aa0ba902b7";
  private static final String INSTRUCTIONS = "INSTRUCTIONS-4721";
  private static final String WORDS = "WORDS-4722";
  private static final String TOKEN = "a-bearer-of-4723";

  private final OtlpReceiver receiver = new OtlpReceiver();
  private final LoopbackServer loopback = RunningServer.loopbackElsewhere();
  private final ServeProcess server;

  ExportedTest(@TempDir Path folder) throws IOException {
    receiver.refuse(1);
    server =
        ServeProcess.launch(
            folder,
            Map.of(
                "OPENAI_API_KEY", RunningServer.API_KEY,
                "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(),
                "OTEL_METRIC_EXPORT_INTERVAL", "500",
                "OTEL_BSP_SCHEDULE_DELAY", "100",
                "OTEL_BLRP_SCHEDULE_DELAY", "100"),
            "--otel",
            SDK.toString(),
            "--metrics-port",
            "0",
            "--set",
            "openai.base-url=" + loopback.baseUri());
  }

  @AfterEach
  void close() {
    server.close();
    loopback.close();
    receiver.close();
  }

  /** One conversation, start to stop, as part of the client's trace. */
  private void converse() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + TRACE + "-" + CLIENT_SPAN + "-01");
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), TOKEN);
    try (Caller caller =
        Caller.of(server.port(), MetadataUtils.newAttachHeadersInterceptor(headers))) {
      String id =
          caller
              .start(
                  Requests.webRtc().setSession(Requests.withAgent().setInstructions(INSTRUCTIONS)))
              .getConversationId();
      Listening<?> following = caller.follow(id);
      following.await(SESSION_CONFIGURED);
      caller.send(id, Requests.asking(WORDS));
      following.await(event -> event.getTranscriptCompleted().getText().contains(WORDS));
      caller.stop(id);
      Stories.requireEnded(following.awaitEnd(), EndReason.REQUESTED);
    }
  }

  private Span span(String name) {
    List<Span> found =
        receiver.spans().stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.get(0);
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static List<String> keys(List<KeyValue> attributes) {
    return attributes.stream().map(KeyValue::getKey).toList();
  }

  private static HttpResponse<String> get(URI page) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(10)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  @Test
  @Timeout(120)
  void shouldTellTheStoryOfAStartAndNothingPrivateWhenWeShipTheConfiguration() throws Exception {
    await().until(() -> !receiver.logRecords().isEmpty());
    converse();
    HttpResponse<String> page = get(server.metrics());
    assertThat(server.stop()).isZero();

    requireTraces();
    requireMetrics();
    requirePage(page);
    requireLogs();
    requireNothingPrivate(page.body());
  }

  private void requireTraces() {
    Span call = span("sideband.v1.Conversation/Start");
    Span start = span("conversation.start");
    Span create = span("provider.create_call");
    Span join = span("sideband.join");
    Span configure = span("session.configure");
    assertThat(hex(call.getTraceId())).isEqualTo(TRACE);
    assertThat(hex(call.getParentSpanId())).isEqualTo(CLIENT_SPAN);
    assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(start.getTraceId()).isEqualTo(call.getTraceId());
    assertThat(start.getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(create.getParentSpanId()).isEqualTo(start.getSpanId());
    assertThat(join.getTraceId()).isEqualTo(call.getTraceId());
    assertThat(join.getParentSpanId()).isEqualTo(start.getSpanId());
    assertThat(span("start.append").getParentSpanId()).isEqualTo(start.getSpanId());
    assertThat(configure.getParentSpanId()).isEqualTo(join.getSpanId());
    assertThat(receiver.spans())
        .filteredOn(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER)
        .allSatisfy(
            span -> {
              assertThat(span.getEventsList()).as("message events").isEmpty();
              assertThat(keys(span.getAttributesList())).noneMatch(key -> key.contains("metadata"));
            });
  }

  private void requireMetrics() {
    assertThat(receiver.metricNames())
        .contains(
            "rpc.server.call.duration",
            "sideband.starts",
            "sideband.start.stage.duration",
            "sideband.conversations.live",
            "sideband.log.sync.duration",
            "sideband.ring.capacity",
            "jvm.memory.used",
            "jvm.gc.duration",
            "jvm.thread.count",
            "jvm.cpu.time");
    List<HistogramDataPoint> calls = receiver.histogram("rpc.server.call.duration");
    assertThat(calls)
        .allSatisfy(point -> assertThat(point.getExplicitBoundsList()).startsWith(0.001, 0.002));
    assertThat(calls.stream().flatMap(point -> point.getExemplarsList().stream()))
        .extracting(exemplar -> hex(exemplar.getTraceId()))
        .contains(TRACE);
    assertThat(keys(receiver.resource().getAttributesList()))
        .contains("service.name", "host.name", "process.pid", "deployment.environment.name")
        .doesNotContain("process.command_args", "process.command_line");
  }

  private static void requirePage(HttpResponse<String> page) {
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(page.body())
        .contains("# TYPE rpc_server_call_duration_seconds histogram", "jvm_memory_used_bytes{")
        .as("what has no end is no label")
        .doesNotContain("network_", "_size=", "conversation_id");
  }

  /** The first export was refused, which is a line; and then it was not, which is another. */
  private void requireLogs() throws IOException {
    assertThat(receiver.logRecords())
        .extracting(LogRecord::getBody)
        .anySatisfy(body -> assertThat(body.getStringValue()).contains("exported again"));
    assertThat(server.logged().lines().filter(line -> line.contains("cannot be exported")))
        .hasSize(1);
  }

  private void requireNothingPrivate(String page) throws IOException {
    List<String> secrets =
        new ArrayList<>(
            List.of(RunningServer.API_KEY, TOKEN, INSTRUCTIONS, WORDS, "v=0", "a=ice", "a=mid"));
    assertThat(loopback.report().calls()).isNotEmpty();
    loopback.report().calls().stream().map(CallReport::id).forEach(secrets::add);
    assertThat(receiver.everything()).contains("conversation.start").doesNotContain(secrets);
    assertThat(server.logged()).doesNotContain(secrets);
    assertThat(page).doesNotContain(secrets);
  }
}

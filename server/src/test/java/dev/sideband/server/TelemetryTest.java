package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ListRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is told, to whom, and that nobody notices when nobody listens. */
class TelemetryTest {
  private final Path folder;
  private final OtlpReceiver receiver = new OtlpReceiver();

  TelemetryTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  /** Exports these one by one, so that a test can count: {@code tracer}, {@code logger}. */
  private Telemetry exporting(String... providers) throws IOException {
    StringBuilder text = new StringBuilder("file_format: \"1.1\"\n");
    for (String provider : providers) {
      text.append(provider)
          .append("_provider: {processors: [{simple: {exporter: {otlp_http: {endpoint: ")
          .append(receiver.endpoint())
          .append(provider.equals("tracer") ? "/v1/traces" : "/v1/logs")
          .append(", compression: gzip}}}}]}\n");
    }
    Path file = Files.writeString(folder.resolve("sdk.yaml"), text);
    return Telemetry.open(new ServerConfig.Telemetry(Optional.of(file), OptionalInt.empty()));
  }

  private static String page(RunningServer server) throws IOException, InterruptedException {
    URI page = URI.create("http://127.0.0.1:" + server.metricsPort() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString(UTF_8))
        .body();
  }

  @Test
  void shouldTellNobodyWhenNobodyIsConfigured() {
    try (Telemetry telemetry =
        Telemetry.open(new ServerConfig.Telemetry(Optional.empty(), OptionalInt.empty()))) {
      assertThat(telemetry.observer()).isEmpty();
      assertThat(telemetry.metricsPort()).isEmpty();
      assertThat(span(telemetry).getSpanContext().isValid()).isFalse();
    }
  }

  private static Span span(Telemetry telemetry) {
    return telemetry.api().getTracer("test").spanBuilder("a span").startSpan();
  }

  @Test
  void shouldServeMetricsOfKnownMethodsOnlyWhenAPortIsGiven() throws Exception {
    try (RunningServer server =
        RunningServer.open(folder.resolve("data"), "telemetry.metrics-port=0")) {
      Caller caller = server.caller();
      caller.list();
      var unknown =
          ConversationGrpc.getListMethod().toBuilder()
              .setFullMethodName(ConversationGrpc.SERVICE_NAME + "/MadeUp")
              .build();
      assertThat(
              catchThrowableOfType(
                  StatusRuntimeException.class,
                  () ->
                      ClientCalls.blockingUnaryCall(
                          caller.channel(),
                          unknown,
                          caller.call().getCallOptions(),
                          ListRequest.getDefaultInstance())))
          .isNotNull();

      assertThat(page(server))
          .contains("rpc_server_call_duration_seconds_count{", "Conversation/List\"")
          .contains("jvm_thread_count{", "service_name=\"sideband-server\"")
          .doesNotContain("MadeUp");
    }
  }

  @Test
  void shouldMakeNoSpansWhenOnlyMetricsAreAskedFor() {
    try (Telemetry telemetry =
        Telemetry.open(new ServerConfig.Telemetry(Optional.empty(), OptionalInt.of(0)))) {
      assertThat(span(telemetry).getSpanContext().isValid()).isFalse();
      assertThat(telemetry.observer()).isPresent();
    }
  }

  @Test
  @ExpectWarning("spans cannot be exported")
  void shouldSayOnceThatAnExporterFailsAndOnceThatItWorksAgain() throws IOException {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger watch = (Logger) LoggerFactory.getLogger(ExportWatch.class);
    watch.setLevel(ch.qos.logback.classic.Level.INFO);
    watch.addAppender(lines);
    try (Telemetry telemetry = exporting("tracer")) {
      receiver.refuse(3);
      for (int told = 1; told <= 5; told++) {
        int expected = told;
        span(telemetry).end();
        await().until(() -> receiver.requests() == expected);
      }
    } finally {
      watch.detachAppender(lines);
      watch.setLevel(null);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("telemetry: spans cannot be exported (")
                    .contains("HTTP status code 400"),
            line -> assertThat(line).isEqualTo("telemetry: spans are exported again"));
  }

  @Test
  @ExpectWarning("conversation 4711")
  void shouldExportALineWithItsTraceAndConversation() throws IOException {
    String trace;
    try (Telemetry telemetry = exporting("tracer", "logger")) {
      Span span = span(telemetry);
      trace = span.getSpanContext().getTraceId();
      try (Scope scope = span.makeCurrent()) {
        assertThat(scope).isNotNull();
        LoggerFactory.getLogger("dev.sideband.test").warn("conversation {}: is told", 4711);
      }
    }
    LoggerFactory.getLogger("dev.sideband.test").info("nobody hears this");

    assertThat(receiver.logRecords()).hasSize(1);
    LogRecord line = receiver.logRecords().get(0);
    assertThat(line.getBody().getStringValue()).isEqualTo("conversation 4711: is told");
    assertThat(HexFormat.of().formatHex(line.getTraceId().toByteArray())).isEqualTo(trace);
    assertThat(line.getAttributesList())
        .anySatisfy(
            it -> {
              assertThat(it.getKey()).isEqualTo("conversation.id");
              assertThat(it.getValue().getStringValue()).isEqualTo("4711");
            });
  }

  @Test
  void shouldWithholdWhatWasThrownInASpan() throws IOException {
    try (Telemetry telemetry = exporting("tracer")) {
      span(telemetry)
          .addEvent("an event")
          .recordException(catchThrowable(() -> Integer.parseInt("what-was-said")))
          .recordException(new IllegalStateException("a fault of ours"))
          .end();
    }
    assertThat(receiver.spans()).hasSize(1);
    assertThat(receiver.spans().get(0).getEventsList())
        .extracting(event -> event.getName() + event.getAttributesList())
        .satisfiesExactly(
            event -> assertThat(event).isEqualTo("an event[]"),
            event ->
                assertThat(event)
                    .contains("NumberFormatException", "exception.stacktrace", "parseInt")
                    .contains(DiscreetException.WITHHELD),
            event -> assertThat(event).contains("a fault of ours"));
    assertThat(receiver.everything()).doesNotContain("what-was-said");
  }

  @Test
  void shouldPrintTheTraceOfALineOnlyWithinOne() throws IOException {
    TraceOfLine converter = new TraceOfLine();
    ILoggingEvent line = new ch.qos.logback.classic.spi.LoggingEvent();
    assertThat(converter.convert(line)).isEmpty();
    try (Telemetry telemetry = exporting("tracer")) {
      Span span = span(telemetry);
      try (Scope scope = span.makeCurrent()) {
        assertThat(scope).isNotNull();
        assertThat(converter.convert(line))
            .isEqualTo(
                " trace_id="
                    + span.getSpanContext().getTraceId()
                    + " span_id="
                    + span.getSpanContext().getSpanId());
      }
    }
  }

  @Test
  void shouldLookAtMetricsAsTheShippedConfigurationDoes() throws IOException {
    String views = "  exemplar_filter:";
    String shipped = Files.readString(Path.of("../otel-config/sdk.yaml"));
    String ours = Files.readString(Path.of("src/main/resources/telemetry-metrics.yaml"));
    assertThat(shipped).contains(ours.substring(ours.indexOf(views)));
  }

  @Test
  void shouldReadEveryValueOfTheSurroundingsWithADefault() throws IOException {
    List<String> without =
        Files.readAllLines(Path.of("../otel-config/sdk.yaml")).stream()
            .filter(line -> line.contains("${") && !line.contains(":-"))
            .toList();
    assertThat(without).isEmpty();
  }
}

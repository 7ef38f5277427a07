package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The collector's parts fit together, and are such as its components say that they take. */
class CollectorConfigTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(\\w+)(:-[^}]*)?}");

  private final JsonNode collector = OtelConfig.read("collector.yaml");
  private final JsonNode pipelines = collector.path("service").path("pipelines");

  @Test
  void shouldBeWhatItsComponentsTakeWhenNothingIsSet() {
    assertThat(CollectorSchema.refusals(filledIn(Map.of()))).isEmpty();
  }

  @Test
  void shouldBeWhatItsComponentsTakeInTheStack() {
    Map<String, String> set = new TreeMap<>();
    OtelConfig.read("compose.yaml")
        .path("services")
        .path("collector")
        .path("environment")
        .properties()
        .forEach(
            one -> set.put(one.getKey(), one.getValue().asText().replaceAll("\\$\\{\\w+:-|}", "")));
    assertThat(set).containsEntry("SIDEBAND_TRACE_PERCENT", "100");
    assertThat(CollectorSchema.refusals(filledIn(set))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "check_interval: 1s > check_intervall: 1s",
        "check_interval: 1s > check_interval: 1",
        "limit_mib: > limit_bytes:",
        "allow_all_keys: true > allow_all_keys: sometimes",
        "summary: info > summary: short",
        "set(span.status > set(status",
        "decision_wait: > decision_wait_s:",
        "type: status_code > type: status",
        "status_codes: [ERROR] > status_codes: [FAILED]",
        "span: > spans:",
        "end_time_unix_nano - > end_time -",
        "name == > name =",
        "otlp_http/logs: > otlphttp/logs:",
        "enable_open_metrics: true > open_metrics: true",
        "metric_expiration: 2m > metric_expiration: 2 minutes",
        "flush_timeout: 1s > timeout: 1s",
        "sizer: items > sizer: spans",
        "health_check: > healthcheck:",
        "pipelines: > pipeline:",
      })
  void shouldBeRefusedWhenAComponentDoesNotTakeIt(String is, String wrong) {
    String text = OtelConfig.text("collector.yaml");
    assertThat(text).contains(is);
    assertThat(CollectorSchema.refusals(filledIn(text.replace(is, wrong), Map.of()))).isNotEmpty();
  }

  private static JsonNode filledIn(Map<String, String> set) {
    return filledIn(OtelConfig.text("collector.yaml"), set);
  }

  /** As a collector does before it reads the YAML. */
  private static JsonNode filledIn(String text, Map<String, String> set) {
    return OtelConfig.parsed(
        VARIABLE
            .matcher(text)
            .replaceAll(
                variable ->
                    Matcher.quoteReplacement(
                        set.getOrDefault(variable.group(1), variable.group(2).substring(2)))));
  }

  @Test
  void shouldUseWhatIsThereAndHaveWhatIsUsed() {
    for (String kind : List.of("receivers", "processors", "exporters")) {
      Set<String> used = new TreeSet<>();
      OtelConfig.each(pipelines)
          .forEach(pipeline -> used.addAll(OtelConfig.words(pipeline.path(kind))));
      assertThat(OtelConfig.keys(collector.path(kind)))
          .as(kind)
          .containsExactlyInAnyOrderElementsOf(used);
    }
    assertThat(OtelConfig.keys(collector.path("extensions")))
        .isEqualTo(OtelConfig.words(collector.path("service").path("extensions")));
  }

  @Test
  void shouldRefuseBeforeItDiesAndMaskBeforeItTells() {
    assertThat(OtelConfig.keys(pipelines)).containsExactly("traces", "metrics", "logs");
    assertThat(OtelConfig.each(pipelines))
        .allSatisfy(
            pipeline ->
                assertThat(OtelConfig.words(pipeline.path("processors")))
                    .startsWith("memory_limiter", "redaction"));
    assertThat(OtelConfig.words(pipelines.path("traces").path("processors")))
        .endsWith("transform", "tail_sampling");
    assertThat(
            OtelConfig.words(
                collector.path("processors").path("transform").path("trace_statements")))
        .containsExactly("set(span.status.message, \"\")");
  }

  @Test
  void shouldBatchWhereItSends() {
    assertThat(OtelConfig.keys(collector.path("processors"))).doesNotContain("batch");
    assertThat(OtelConfig.keys(collector.path("exporters")))
        .filteredOn(name -> name.startsWith("otlp_"))
        .hasSize(2)
        .allSatisfy(
            name -> {
              JsonNode queue = collector.path("exporters").path(name).path("sending_queue");
              assertThat(queue.path("sizer").asText()).isEqualTo("items");
              assertThat(queue.path("batch").path("max_size").asInt()).isPositive();
            });
  }

  @Test
  void shouldListenOnThisMachineOnlyAndListEveryVariableWithItsDefault() {
    String readme = OtelConfig.text("README.md");
    List<MatchResult> variables =
        VARIABLE.matcher(OtelConfig.text("collector.yaml")).results().toList();
    assertThat(variables)
        .hasSizeGreaterThan(6)
        .allSatisfy(
            variable ->
                assertThat(readme)
                    .contains(
                        "| `%s` | `%s` |"
                            .formatted(variable.group(1), variable.group(2).substring(2))));
    assertThat(OtelConfig.text("collector.yaml")).doesNotContain("0.0.0.0");
  }

  @Test
  void shouldKeepWhatFailedAndWhatWasSlow() {
    JsonNode policies = collector.path("processors").path("tail_sampling").path("policies");
    assertThat(OtelConfig.each(policies))
        .extracting(policy -> policy.path("name").asText())
        .containsExactly("failed", "slow", "moved", "share");
    assertThat(OtelConfig.each(policies))
        .allSatisfy(policy -> assertThat(policy.has(policy.path("type").asText())).isTrue());
    String spans = OtelConfig.text("README.md").replaceAll("(?s).*\n## Spans", "");
    assertThat(
            Pattern.compile("name == \"([^\"]+)\"")
                .matcher(policies.toString().replace("\\", ""))
                .results())
        .hasSize(4)
        .allSatisfy(span -> assertThat(spans).contains(span.group(1)));
  }

  private String masked(String value) {
    String masked = value;
    for (JsonNode pattern : collector.path("processors").path("redaction").path("blocked_values")) {
      // The collector's regular expressions are Go's, which can do less than Java's.
      masked = com.google.re2j.Pattern.compile(pattern.asText()).matcher(masked).replaceAll("****");
    }
    return masked;
  }

  @Test
  void shouldMaskWhatTheServerMasks() {
    assertThat(collector.path("processors").path("redaction").path("blocked_values"))
        .extracting(JsonNode::asText)
        .isEqualTo(Mask.patterns());
  }

  @Test
  void shouldMaskWhatIsSecret() {
    assertThat(masked("authorization: Bearer abc.def-1")).isEqualTo("authorization: ****");
    assertThat(masked("key sk-proj-0123456789abc, please")).isEqualTo("key ****, please");
    assertThat(masked("ek_0123456789abc")).isEqualTo("****");
    assertThat(masked("got v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-")).isEqualTo("got ****");
    assertThat(masked("got v=0\\r\\no=- 1 1 IN IP4 127.0.0.1")).isEqualTo("got ****");
    assertThat(masked("a=ice-pwd:secret\nm=audio")).isEqualTo("****\nm=audio");
    assertThat(masked("/v1/realtime/calls/rtc_abc123/hangup"))
        .isEqualTo("/v1/realtime/calls/****/hangup");
  }

  @Test
  void shouldMaskWhatIsSecretWhereSomebodyQuotesIt() {
    assertThat(masked("\"a=sendrecv\\r\\na=ice-pwd:secret\\r\\n\""))
        .isEqualTo("\"a=sendrecv\\r****");
    assertThat(masked("key:\\nsk-0123456789abc")).isEqualTo("key:****");
    assertThat(masked("calls%2Frtc_abc123")).isEqualTo("calls****");
  }

  @Test
  void shouldLeaveOurOwnWordsAlone() {
    assertThat(
            Stream.of(
                "client.ice_connected",
                "PROVIDER_TIMED_OUT",
                "sideband.v1.Conversation/Start",
                "chat gpt-realtime",
                "execute_tool ask-weather",
                "4f2b7c1e-0d7c-4d58-9a53-6c0f8d0f5a11",
                "web_rtc",
                "telemetry: spans are exported again",
                "listening at 127.0.0.1:50051"))
        .allSatisfy(word -> assertThat(masked(word)).isEqualTo(word));
  }
}

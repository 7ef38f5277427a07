package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Alerts say what is to be done, and are raised when they are to be; promtool knows. */
class PrometheusRulesTest {
  private final List<JsonNode> alerts =
      OtelConfig.rules().stream().filter(rule -> rule.has("alert")).toList();

  @Test
  void shouldSayWhatIsToBeDone() {
    assertThat(alerts)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            alert -> {
              assertThat(alert.path("alert").asText()).startsWith("Sideband");
              assertThat(alert.path("labels").path("severity").asText()).isIn("page", "ticket");
              assertThat(alert.path("annotations").path("summary").asText()).isNotBlank();
              assertThat(alert.path("annotations").path("description").asText()).endsWith(".");
            });
  }

  @Test
  void shouldBeRaisedBySomeSamples() {
    List<String> raised =
        OtelConfig.each(OtelConfig.read("alerts-test.yml").path("tests"))
            .flatMap(test -> OtelConfig.each(test.path("promql_expr_test")))
            .flatMap(expected -> OtelConfig.each(expected.path("exp_samples")))
            .map(sample -> sample.path("labels").asText())
            .toList();
    assertThat(alerts)
        .extracting(alert -> "alertname=\"" + alert.path("alert").asText() + "\"")
        .allSatisfy(name -> assertThat(raised).anyMatch(labels -> labels.contains(name)));
  }

  @Test
  @Timeout(120)
  void shouldBeValidWhenPromtoolReadsThem() throws Exception {
    promtool("check", "config", "prometheus.yml");
  }

  @Test
  @Timeout(120)
  void shouldRaiseTheseAlertsWhenTheseSamplesAreRecorded() throws Exception {
    promtool("test", "rules", "alerts-test.yml");
  }

  @Test
  @Timeout(120)
  void shouldBeQueriesWhatDashboardsAsk(@TempDir Path folder) throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboards\n  rules:\n");
    OtelConfig.dashboards().stream()
        .flatMap(OtelConfig::asked)
        .map(target -> target.path("expr").asText())
        .distinct()
        .forEach(
            query ->
                rules
                    .append("  - record: one\n    labels: {query: \"")
                    .append(rules.length())
                    .append("\"}\n    expr: |\n      ")
                    .append(filledIn(query).replace("\n", "\n      "))
                    .append("\n"));
    Path file = Files.writeString(folder.resolve("dashboards.yml"), rules);
    promtool("check", "rules", file.toString());
  }

  /** As Grafana would, whose variables are no PromQL. */
  private static String filledIn(String query) {
    return query.replaceAll("\\$__(rate_interval|interval|range)", "5m").replace("$instance", ".*");
  }

  private static void promtool(String... arguments) throws IOException, InterruptedException {
    if (promtools().isEmpty()) {
      // The launcher says it once more, at the end.
      System.out.println(
          "[WARNING] The checks of alerts and dashboards are left out: promtool is missing. "
              + "On Debian and Ubuntu:  sudo apt-get install -y prometheus");
    }
    assumeThat(promtools()).as("promtool (apt-get install prometheus)").isNotEmpty();
    Process process =
        new ProcessBuilder(
                Stream.concat(promtools().stream().limit(1), Stream.of(arguments)).toList())
            .directory(OtelConfig.FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static List<String> promtools() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, "promtool"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .toList();
  }
}

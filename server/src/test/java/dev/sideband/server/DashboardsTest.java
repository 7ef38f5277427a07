package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Grafana would not tell before somebody looks at it. */
class DashboardsTest {
  private static final int COLUMNS = 24;

  static List<String> dashboards() {
    return OtelConfig.dashboards();
  }

  private static List<JsonNode> panels(String dashboard) {
    return OtelConfig.each(OtelConfig.read(dashboard).path("panels")).toList();
  }

  private static Stream<JsonNode> drawn(String dashboard) {
    return panels(dashboard).stream().filter(panel -> !panel.path("type").asText().equals("row"));
  }

  @Test
  void shouldBeFourThatLeadToEachOther() {
    assertThat(dashboards())
        .hasSize(4)
        .allSatisfy(
            dashboard -> {
              JsonNode read = OtelConfig.read(dashboard);
              String name = dashboard.replaceAll("dashboards/(.*)\\.json", "$1");
              assertThat(read.path("uid").asText()).isEqualTo("sideband-" + name);
              assertThat(read.path("title").asText()).startsWith("Sideband: ");
              assertThat(OtelConfig.words(read.path("tags"))).contains("sideband");
              assertThat(OtelConfig.words(read.path("links").path(0).path("tags")))
                  .containsExactly("sideband");
            });
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldSayOfEachPanelWhatItShows(String dashboard) {
    assertThat(drawn(dashboard))
        .allSatisfy(
            panel -> {
              assertThat(panel.path("title").asText()).isNotBlank();
              assertThat(panel.path("description").asText()).endsWith(".");
              assertThat(panel.path("fieldConfig").path("defaults").path("unit").asText())
                  .isNotBlank();
              assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
              assertThat(panel.path("targets")).isNotEmpty();
              assertThat(OtelConfig.each(panel.path("targets")).map(one -> one.path("refId")))
                  .doesNotHaveDuplicates();
            });
    assertThat(panels(dashboard).stream().map(panel -> panel.path("id").asInt()))
        .doesNotHaveDuplicates();
  }

  /** Of those whose options were held against Grafana's schema (npm: @grafana/schema 12.4.6). */
  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldBeOfPanelsAndTransformationsThatGrafanaHas(String dashboard) {
    assertThat(drawn(dashboard))
        .allSatisfy(
            panel -> {
              assertThat(panel.path("type").asText())
                  .isIn("stat", "timeseries", "barchart", "heatmap");
              JsonNode legend = panel.path("options").path("legend");
              if (legend.has("displayMode")) {
                assertThat(legend.path("showLegend").asBoolean()).isTrue();
              }
              assertThat(OtelConfig.each(panel.path("transformations")))
                  .extracting(one -> one.path("id").asText())
                  .isSubsetOf("groupingToMatrix", "sortBy", "organize");
            });
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldAskOnlyForTheChosenServer(String dashboard) {
    assertThat(OtelConfig.asked(dashboard))
        .allSatisfy(
            target ->
                assertThat(new PromQl(target.path("expr").asText()).selected().values())
                    .isNotEmpty()
                    .allSatisfy(labels -> assertThat(labels).contains("instance")));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldHaveRoomForEachPanel(String dashboard) {
    Set<String> taken = new HashSet<>();
    for (JsonNode panel : panels(dashboard)) {
      JsonNode place = panel.path("gridPos");
      int left = place.path("x").asInt();
      int right = left + place.path("w").asInt();
      assertThat(right).as(panel.path("title").asText()).isLessThanOrEqualTo(COLUMNS);
      int top = place.path("y").asInt();
      IntStream.range(top, top + place.path("h").asInt())
          .boxed()
          .flatMap(y -> IntStream.range(left, right).mapToObj(x -> x + "," + y))
          .forEach(
              cell ->
                  assertThat(taken.add(cell)).as("%s at %s", panel.path("title"), cell).isTrue());
    }
  }
}

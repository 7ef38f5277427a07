package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The stack's parts know each other, and nobody else knows them. */
class OtelStackTest {
  private final JsonNode services = OtelConfig.read("compose.yaml").path("services");

  private Stream<String> words(String key) {
    return OtelConfig.each(services)
        .flatMap(service -> OtelConfig.words(service.path(key)).stream());
  }

  @Test
  void shouldParseWhenItIsOfThisFolder() {
    assertThat(OtelConfig.files())
        .filteredOn(file -> file.matches(".*\\.(json|ya?ml)"))
        .hasSizeGreaterThan(9)
        .allSatisfy(file -> assertThat(OtelConfig.read(file).isObject()).isTrue());
  }

  @Test
  void shouldBeOfOneVersionAndListenOnThisMachineOnly() {
    assertThat(OtelConfig.each(services))
        .hasSize(5)
        .allSatisfy(
            service ->
                assertThat(service.path("image").asText())
                    .matches("[a-z]+/[a-z-]+:v?\\d+\\.\\d+\\.\\d+"));
    assertThat(words("ports"))
        .isNotEmpty()
        .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
  }

  @Test
  void shouldMountWhatIsThere() {
    assertThat(words("volumes").filter(volume -> volume.startsWith("./")))
        .isNotEmpty()
        .allSatisfy(
            volume -> {
              String[] mounted = volume.split(":", -1);
              assertThat(OtelConfig.FOLDER.resolve(mounted[0])).exists();
              assertThat(mounted).hasSize(3).endsWith("ro");
            });
    assertThat(words("volumes"))
        .contains("./dashboards:" + provider() + ":ro")
        .contains("./collector.yaml:/etc/sideband/collector.yaml:ro");
  }

  private static String provider() {
    return OtelConfig.read("grafana/dashboards.yaml")
        .path("providers")
        .path(0)
        .path("options")
        .path("path")
        .asText();
  }

  @Test
  void shouldTellTheCollectorWhatItReads() {
    assertThat(OtelConfig.keys(services.path("collector").path("environment")))
        .isNotEmpty()
        .allSatisfy(
            name -> assertThat(OtelConfig.text("collector.yaml")).contains("${env:" + name));
  }

  @Test
  void shouldFindEachOtherByName() {
    String told =
        OtelConfig.text("compose.yaml")
            + OtelConfig.text("prometheus.yml")
            + OtelConfig.text("grafana/datasources.yaml");
    Set<String> names =
        Pattern.compile("(?:http://|\"|: )([a-z]+):\\d{4,5}\\b")
            .matcher(told)
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(TreeSet::new, Set::add, Set::addAll);
    assertThat(OtelConfig.keys(services)).containsAll(names);
    assertThat(names).contains("collector", "prometheus", "jaeger", "loki");
  }

  @Test
  void shouldLeadFromOneToTheOtherWhenGrafanaIsAsked() {
    List<JsonNode> sources =
        OtelConfig.each(OtelConfig.read("grafana/datasources.yaml").path("datasources")).toList();
    List<String> uids = sources.stream().map(source -> source.path("uid").asText()).toList();
    assertThat(uids).containsExactly("prometheus", "jaeger", "loki");
    assertThat(
            sources.stream().flatMap(source -> source.findValuesAsText("datasourceUid").stream()))
        .hasSize(3)
        .isSubsetOf(uids);
  }

  @Test
  void shouldSayInTheReadmeWhatEachFileIs() {
    String readme = OtelConfig.text("README.md");
    assertThat(OtelConfig.files())
        .filteredOn(file -> !file.equals("README.md"))
        .allSatisfy(file -> assertThat(readme).contains("[`" + file + "`](" + file + ")"));
    assertThat(Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)").matcher(readme).results())
        .isNotEmpty()
        .allSatisfy(link -> assertThat(OtelConfig.FOLDER.resolve(link.group(1))).exists());
  }

  @Test
  void shouldShowPicturesThatAreSmallAndReadableInLightAndDark() {
    List<MatchResult> pictures =
        Pattern.compile("!\\[([^]]+)]\\(([^)]+)\\)")
            .matcher(OtelConfig.text("README.md"))
            .results()
            .toList();
    assertThat(pictures)
        .hasSize(6)
        .allSatisfy(
            picture -> {
              assertThat(picture.group(1)).as("what it shows, in words").hasSizeGreaterThan(40);
              String svg = OtelConfig.text(picture.group(2));
              assertThat(svg.length()).isLessThan(150_000);
              assertThat(svg)
                  .startsWith("<svg ")
                  .endsWith("</svg>\n")
                  .contains("(prefers-color-scheme: dark)");
              assertThat(svg).doesNotContain("<script").doesNotContain("href=");
            });
  }
}

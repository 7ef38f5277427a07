package dev.sideband.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The files of {@code otel-config}, for those who check them. */
final class OtelConfig {
  static final Path FOLDER = Path.of("../otel-config");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_.]+)` \\|(.*)", Pattern.MULTILINE);
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private OtelConfig() {}

  /** YAML, which JSON is too. */
  static JsonNode read(String file) {
    try {
      return YAML.readTree(FOLDER.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  static JsonNode parsed(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  static Set<String> files() {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> FOLDER.relativize(file).toString())
          .collect(TreeSet::new, Set::add, Set::addAll);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> dashboards() {
    return files().stream().filter(file -> file.startsWith("dashboards/")).toList();
  }

  static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  static List<String> words(JsonNode list) {
    return each(list).map(JsonNode::asText).toList();
  }

  static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** All rules, of whatever group. */
  static List<JsonNode> rules() {
    return each(read("alerts.yml").path("groups"))
        .flatMap(group -> each(group.path("rules")))
        .toList();
  }

  /** All queries: of rules, and of dashboards. */
  static List<PromQl> queries() {
    return Stream.concat(rules().stream(), dashboards().stream().flatMap(OtelConfig::asked))
        .map(node -> new PromQl(node.path("expr").asText()))
        .toList();
  }

  /** The targets of all panels of a dashboard. */
  static Stream<JsonNode> asked(String dashboard) {
    return each(read(dashboard).path("panels")).flatMap(panel -> each(panel.path("targets")));
  }

  /** A metric of the README's table. */
  record Row(String metric, Set<String> names, Set<String> labels) {}

  static List<Row> rows() {
    return ROW.matcher(text("README.md"))
        .results()
        .filter(row -> row.group(1).contains("."))
        .map(row -> row(row.group(1), row.group(2).split("\\|", -1)))
        .toList();
  }

  private static Row row(String metric, String... cells) {
    return new Row(metric, code(cells[0]), code(cells[1]));
  }

  private static Set<String> code(String cell) {
    return CODE.matcher(cell)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(TreeSet::new, Set::add, Set::addAll);
  }
}

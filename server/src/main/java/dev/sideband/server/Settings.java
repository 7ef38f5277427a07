package dev.sideband.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What was written, and where: values by dotted key ({@code grpc.port}), from a YAML file of
 * sections and single values, and from flags, which win. A key without a value is as good as
 * absent.
 *
 * <p><b>Threads.</b> One.
 */
final class Settings {

  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<String, String> values = new TreeMap<>();
  // Where each key was written, with a value or without: all must be known.
  private final Map<String, String> named = new TreeMap<>();
  private final Set<String> known = new TreeSet<>();

  private Settings() {}

  /**
   * Reads a file, if there is one, then flags.
   *
   * @throws ConfigException if the file cannot be read
   */
  static Settings read(Optional<Path> file, Map<String, String> flags) {
    Settings settings = new Settings();
    file.ifPresent(settings::readFile);
    flags.forEach((key, text) -> settings.put(key, text, "command line"));
    return settings;
  }

  /** What was written for a key, which is known from now on. */
  Optional<String> find(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key));
  }

  /** Every key that somebody asked for. */
  Set<String> known() {
    return known;
  }

  /** Every key that was written, with or without a value. */
  Set<String> written() {
    return named.keySet();
  }

  /** The exception, with the place where its key was written, if it was. */
  ConfigException located(ConfigException e) {
    String origin = named.get(e.key());
    return origin == null ? e : e.at(origin);
  }

  /**
   * Demands that every written key was asked for.
   *
   * @throws ConfigException naming the first that was not, and its known neighbours
   */
  void requireAllKnown() {
    for (String key : named.keySet()) {
      boolean emptySection = !values.containsKey(key) && !childrenOf(key + ".").isEmpty();
      if (!known.contains(key) && !emptySection) {
        throw located(ConfigException.invalid(key, "unknown key", neighbours(key)));
      }
    }
  }

  private String neighbours(String key) {
    String within = key;
    Set<String> names = Set.of();
    while (names.isEmpty()) {
      within = within.substring(0, Math.max(within.lastIndexOf('.'), 0));
      names = childrenOf(within.isEmpty() ? "" : within + ".");
    }
    return (within.isEmpty() ? "" : "in " + within + ": ") + String.join(", ", names);
  }

  private Set<String> childrenOf(String prefix) {
    return known.stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()).split("\\.", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void put(String key, String text, String origin) {
    named.put(key, origin);
    if (text.isEmpty()) {
      values.remove(key);
    } else {
      values.put(key, text);
    }
  }

  private void readFile(Path file) {
    try (JsonParser parser = YAML.createParser(Files.readString(file))) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        readSections(file, parser);
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        throw ConfigException.of(file + ":1: (expected: sections, as in server-sample.yaml)");
      }
    } catch (JsonProcessingException e) {
      throw ConfigException.of(
          "%s:%d: not YAML: %s"
              .formatted(file, line(e), e.getOriginalMessage().lines().findFirst().orElse("")));
    } catch (IOException e) {
      throw ConfigException.of(file + ": cannot be read (expected: a YAML file)");
    }
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
  }

  private void readSections(Path file, JsonParser parser) throws IOException {
    Deque<String> path = new ArrayDeque<>();
    String name = "";
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      String origin = file + ":" + parser.currentTokenLocation().getLineNr();
      if (token == JsonToken.FIELD_NAME) {
        name = parser.currentName();
      } else if (token == JsonToken.START_OBJECT) {
        path.addLast(name);
        depth++;
      } else if (token == JsonToken.END_OBJECT) {
        path.pollLast();
        depth--;
      } else {
        readValue(dotted(path, name), token, parser, origin);
      }
    }
  }

  private void readValue(String key, JsonToken token, JsonParser parser, String origin)
      throws IOException {
    if (token == JsonToken.START_ARRAY) {
      throw ConfigException.invalid(key, "a list", "a single value").at(origin);
    }
    put(key, token == JsonToken.VALUE_NULL ? "" : parser.getText(), origin);
  }

  private static String dotted(Deque<String> path, String name) {
    return path.isEmpty() ? name : String.join(".", path) + "." + name;
  }
}

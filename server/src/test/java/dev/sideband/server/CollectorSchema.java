package dev.sideband.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** What a collector's components document that they take; the file says from where that is. */
final class CollectorSchema {
  private static final Schema SCHEMA = read("collector.schema.yaml");

  private CollectorSchema() {}

  /** What a collector would not take, and where it stands; nothing if all is well. */
  static List<String> refusals(JsonNode configuration) {
    return SCHEMA.validate(configuration).stream().map(Error::toString).toList();
  }

  private static Schema read(String name) {
    try (InputStream file = CollectorSchema.class.getResourceAsStream(name)) {
      JsonNode schema = new ObjectMapper(new YAMLFactory()).readTree(Objects.requireNonNull(file));
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}

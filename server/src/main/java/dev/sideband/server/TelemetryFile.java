package dev.sideband.server;

import com.fasterxml.jackson.databind.JsonMappingException;
import io.opentelemetry.api.incubator.config.DeclarativeConfigException;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.DeclarativeConfiguration;
import io.opentelemetry.sdk.autoconfigure.declarativeconfig.model.OpenTelemetryConfigurationModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;

/** An OpenTelemetry configuration file, and where it came from; what is wrong in it is one line. */
final class TelemetryFile {
  private static final String OURS = "telemetry-metrics.yaml";
  private static final int LONGEST_FAULT = 300;

  private final String name;
  private final OpenTelemetryConfigurationModel model;

  private TelemetryFile(String name, InputStream text) {
    this.name = name;
    try {
      OpenTelemetryConfigurationModel parsed = DeclarativeConfiguration.parse(text);
      if (parsed == null) {
        throw fault("nothing in it (expected: an OpenTelemetry configuration)");
      }
      model = parsed;
    } catch (DeclarativeConfigException e) {
      throw fault(e);
    }
  }

  static TelemetryFile read(Path file) {
    try (InputStream text = Files.newInputStream(file)) {
      return new TelemetryFile(file.toString(), text);
    } catch (IOException e) {
      throw ConfigException.invalid("telemetry.otel", file, "a file that can be read");
    }
  }

  /** For metrics alone. */
  static TelemetryFile ours() {
    try (InputStream text = TelemetryFile.class.getResourceAsStream("/" + OURS)) {
      if (text == null) {
        throw new FileNotFoundException(OURS);
      }
      return new TelemetryFile(OURS, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it says; may be added to before {@link #create}. */
  OpenTelemetryConfigurationModel model() {
    return model;
  }

  OpenTelemetrySdk create(ComponentLoader components) {
    try {
      return DeclarativeConfiguration.create(model, components).getSdk();
    } catch (RuntimeException e) {
      throw fault(e);
    }
  }

  private ConfigException fault(RuntimeException thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && !(cause instanceof JsonMappingException)) {
      cause = cause.getCause();
    }
    return fault(
        cause instanceof JsonMappingException mapping
            ? where(mapping) + mapping.getOriginalMessage()
            : String.valueOf(cause.getMessage()));
  }

  private ConfigException fault(String words) {
    String line = words.strip().replaceAll("\\s+", " ").replaceAll("(\\w+\\.)+(?=[A-Z])", "");
    return ConfigException.of(
        name + ": " + line.substring(0, Math.min(line.length(), LONGEST_FAULT)));
  }

  private static String where(JsonMappingException mapping) {
    String path =
        mapping.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : path + ": ";
  }
}

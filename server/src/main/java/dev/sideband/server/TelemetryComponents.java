package dev.sideband.server;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration file may name: all that is installed, its exporters watched, and our page of
 * metrics. The SDK's own hook for exporters is not for wrapping: it closes what it was given.
 */
final class TelemetryComponents implements ComponentLoader {
  private final ComponentLoader installed =
      ComponentLoader.forClassLoader(TelemetryComponents.class.getClassLoader());
  private final Optional<MetricsPage> page;

  TelemetryComponents(Optional<MetricsPage> page) {
    this.page = page;
  }

  @Override
  public <T> Iterable<T> load(Class<T> kind) {
    List<T> found = ComponentLoader.loadList(installed, kind);
    if (kind != ComponentProvider.class) {
      return found;
    }
    List<T> ours = new ArrayList<>();
    found.forEach(provider -> ours.add(kind.cast(new Watched((ComponentProvider) provider))));
    page.map(MetricsPage::component).map(kind::cast).ifPresent(ours::add);
    return ours;
  }

  private record Watched(ComponentProvider provider) implements ComponentProvider {
    @Override
    public Class<?> getType() {
      return provider.getType();
    }

    @Override
    public String getName() {
      return provider.getName();
    }

    @Override
    public Object create(DeclarativeConfigProperties properties) {
      Object made = provider.create(properties);
      if (made instanceof SpanExporter spans) {
        return ExportWatch.over(spans);
      }
      if (made instanceof MetricExporter metrics) {
        return ExportWatch.over(metrics);
      }
      return made instanceof LogRecordExporter logs ? ExportWatch.over(logs) : made;
    }
  }
}

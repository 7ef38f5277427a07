package dev.sideband.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which instruments are made: an OpenTelemetry that does nothing, but remembers what it was asked
 * for, used or not.
 *
 * <p><b>Threads.</b> Any.
 */
final class InstrumentBook {
  private static final String BUILDER = "Builder";

  private final Map<String, Instrument> made = new TreeMap<>();

  synchronized Collection<Instrument> instruments() {
    return List.copyOf(made.values());
  }

  private synchronized void remember(Instrument instrument) {
    made.put(instrument.name(), instrument);
  }

  Meter meter() {
    Meter nothing = OpenTelemetry.noop().getMeter("book");
    return proxy(
        Meter.class,
        (method, arguments) -> {
          Object result = call(nothing, method, arguments);
          return method.getName().endsWith(BUILDER)
              ? builder(
                  method.getReturnType(),
                  result,
                  new Instrument((String) arguments[0], kind(method.getName()), ""))
              : result;
        });
  }

  private <T> T builder(Class<T> type, Object nothing, Instrument instrument) {
    return proxy(
        type,
        (method, arguments) -> {
          Object result = call(nothing, method, arguments);
          if (method.getName().startsWith("build")) {
            remember(instrument);
            return result;
          }
          return builder(method.getReturnType(), result, told(instrument, method, arguments));
        });
  }

  private static Instrument told(Instrument instrument, Method method, Object[] arguments) {
    return method.getName().equals("setUnit")
        ? new Instrument(instrument.name(), instrument.kind(), (String) arguments[0])
        : instrument;
  }

  private static Instrument.Kind kind(String method) {
    return switch (method.substring(0, method.length() - BUILDER.length())) {
      case "counter" -> Instrument.Kind.COUNTER;
      case "upDownCounter" -> Instrument.Kind.UP_DOWN_COUNTER;
      case "histogram" -> Instrument.Kind.HISTOGRAM;
      case "gauge" -> Instrument.Kind.GAUGE;
      default -> throw new AssertionError(method);
    };
  }

  private interface Answer {
    Object to(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                answer.to(method, arguments == null ? new Object[0] : arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  OpenTelemetry telemetry() {
    return new OpenTelemetry() {
      @Override
      public TracerProvider getTracerProvider() {
        return TracerProvider.noop();
      }

      @Override
      public MeterProvider getMeterProvider() {
        return scope -> meters();
      }

      @Override
      public ContextPropagators getPropagators() {
        return ContextPropagators.noop();
      }
    };
  }

  private MeterBuilder meters() {
    return new MeterBuilder() {
      @Override
      public MeterBuilder setSchemaUrl(String url) {
        return this;
      }

      @Override
      public MeterBuilder setInstrumentationVersion(String version) {
        return this;
      }

      @Override
      public Meter build() {
        return meter();
      }
    };
  }
}

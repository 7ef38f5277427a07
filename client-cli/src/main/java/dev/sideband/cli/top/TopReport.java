package dev.sideband.cli.top;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sideband.cli.top.Figures.Count;
import dev.sideband.cli.top.Figures.Flow;
import dev.sideband.cli.top.Figures.Times;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/** Tells a program: each reading is one JSON object on one line. Threads: one. */
final class TopReport implements TopOutput {
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final double MILLIS = 1_000;

  private final String address;
  private final PrintStream out;

  TopReport(String address, PrintStream out) {
    this.address = address;
    this.out = out;
  }

  @Override
  public void show(Figures figures) {
    JsonObject report = begun(figures.at());
    report.addProperty("rates_over_seconds", rounded(figures.over()));
    report.addProperty("window_seconds", rounded(figures.window()));
    report.addProperty("restarted", figures.restarted());
    report.add("levels", object(figures.levels(), TopReport::level));
    report.add("flows", object(figures.flows(), TopReport::flow));
    report.add("times", object(figures.times(), TopReport::times));
    report.add("stages", object(figures.stages(), TopReport::times));
    report.add("milestones", object(figures.milestones(), TopReport::times));
    out.println(JSON.toJson(report));
  }

  @Override
  public void trouble(Instant at, String what) {
    JsonObject report = begun(at);
    report.addProperty("error", what);
    out.println(JSON.toJson(report));
  }

  private JsonObject begun(Instant at) {
    JsonObject report = new JsonObject();
    report.addProperty("at", at.toString());
    report.addProperty("metrics", address);
    return report;
  }

  private static <T> JsonObject object(Map<String, T> of, Function<T, JsonElement> each) {
    JsonObject object = new JsonObject();
    of.forEach((name, value) -> object.add(name, each.apply(value)));
    return object;
  }

  private static JsonObject level(Figures.Level level) {
    JsonObject object = new JsonObject();
    object.addProperty("now", level.now());
    if (!level.by().isEmpty()) {
      object.add("by", JSON.toJsonTree(level.by()));
    }
    return object;
  }

  private static JsonObject flow(Flow flow) {
    JsonObject object = count(flow.all());
    if (!flow.by().isEmpty()) {
      object.add("by", object(flow.by(), TopReport::count));
    }
    return object;
  }

  private static JsonObject count(Count count) {
    JsonObject object = new JsonObject();
    if (count.perSecond() != null) {
      object.addProperty("per_second", rounded(count.perSecond()));
    }
    object.addProperty("in_window", count.inWindow());
    object.addProperty("since_start", count.sinceStart());
    return object;
  }

  private static JsonObject times(Times times) {
    Buckets shown = times.shown();
    JsonObject object = new JsonObject();
    object.addProperty("count", shown.count());
    object.addProperty("since_start", times.isSinceStart());
    if (!Double.isNaN(shown.quantile(0.5))) {
      object.addProperty("p50_ms", rounded(shown.quantile(0.5) * MILLIS));
      object.addProperty("p99_ms", rounded(shown.quantile(0.99) * MILLIS));
    }
    return object;
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  @Override
  public void waiting() {
    // A program knows that it waits.
  }

  @Override
  public boolean isGone() {
    return out.checkError();
  }
}

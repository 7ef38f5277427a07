package dev.sideband.cli.torture;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/** A torture for programs: one JSON object. */
final class TortureReport {
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final int MOST_FINDINGS = 100;

  private TortureReport() {}

  static String json(TorturePlan plan, TortureOutcome outcome) {
    JsonObject report = new JsonObject();
    report.addProperty("ok", outcome.isGood());
    report.addProperty("seed", plan.seed());
    report.addProperty("seconds", plan.length().toMillis() / 1_000.0);
    report.addProperty("conversations", plan.conversations());
    report.addProperty("media_legs", plan.media());
    report.addProperty("disk_filled", outcome.diskFilled());
    report.addProperty("kills", outcome.tally().kills());
    report.addProperty("events", outcome.tally().events());
    report.addProperty("inputs", outcome.tally().inputs());
    report.addProperty("rejoins", outcome.tally().rejoins());
    report.addProperty("losses", outcome.lossCount());
    report.add("rejoin_ms", times(outcome.rejoins()));
    JsonArray checks = new JsonArray();
    for (Verdict verdict : outcome.verdicts()) {
      JsonObject check = new JsonObject();
      check.addProperty("promise", verdict.promise());
      check.addProperty("checked", verdict.checked());
      check.addProperty("losses", verdict.losses().size());
      check.add("findings", lines(verdict.losses()));
      checks.add(check);
    }
    report.add("checks", checks);
    report.add("troubles", lines(outcome.troubles()));
    report.add("too_little", lines(outcome.missed()));
    if (!outcome.isGood()) {
      report.addProperty("folder", plan.folder().toString());
    }
    return JSON.toJson(report);
  }

  /** Of a torture that could not be brought to its end. */
  static String brokenOff(TorturePlan plan, Throwable failure) {
    JsonObject report = new JsonObject();
    report.addProperty("ok", false);
    report.addProperty("seed", plan.seed());
    report.addProperty("error", String.valueOf(failure.getMessage()));
    report.addProperty("folder", plan.folder().toString());
    return JSON.toJson(report);
  }

  private static JsonObject times(RejoinTimes times) {
    JsonObject json = new JsonObject();
    json.addProperty("count", times.count());
    json.addProperty("min", times.min());
    json.addProperty("median", times.median());
    json.addProperty("max", times.max());
    return json;
  }

  private static JsonArray lines(List<String> lines) {
    JsonArray array = new JsonArray();
    lines.stream().limit(MOST_FINDINGS).forEach(array::add);
    return array;
  }
}

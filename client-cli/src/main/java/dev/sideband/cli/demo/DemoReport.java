package dev.sideband.cli.demo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.terminal.EventLine;
import dev.sideband.v1.ConversationEnded;

/** A demo's outcome as one JSON object. */
final class DemoReport {
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

  private DemoReport() {}

  static String json(DemoOutcome outcome) {
    return JSON.toJson(report(outcome));
  }

  static String brokenOff(DemoOutcome outcome, Throwable failure) {
    JsonObject report = report(outcome);
    report.addProperty("error", String.valueOf(failure.getMessage()));
    JsonArray advice = new JsonArray();
    if (failure instanceof CliException known) {
      known.advice().forEach(advice::add);
    }
    report.add("advice", advice);
    return JSON.toJson(report);
  }

  private static JsonObject report(DemoOutcome outcome) {
    DemoStory story = outcome.story();
    JsonObject report = new JsonObject();
    report.addProperty("conversation_id", outcome.conversationId());
    report.add("milestones", milestones(story));
    report.add("audio", audio(outcome.audio()));
    report.add("transcripts", transcripts(story));
    report.add("handoffs", handoffs(story));
    report.addProperty("events", story.events());
    ConversationEnded ended = story.ended();
    report.addProperty("ended_reason", ended == null ? "" : ended.getReason().name());
    report.addProperty("ok", outcome.isGood());
    JsonArray missing = new JsonArray();
    outcome.missing().forEach(missing::add);
    report.add("missing", missing);
    return report;
  }

  private static JsonArray milestones(DemoStory story) {
    JsonArray array = new JsonArray();
    for (DemoStory.Reached reached : story.milestonesInTime()) {
      JsonObject object = new JsonObject();
      object.addProperty("name", reached.name());
      object.addProperty("elapsed_ms", rounded(reached.elapsed()));
      object.addProperty("total_ms", rounded(reached.total()));
      object.addProperty("by", reached.byServer() ? "server" : "client");
      array.add(object);
    }
    return array;
  }

  private static JsonObject audio(DemoOutcome.Audio audio) {
    JsonObject object = new JsonObject();
    object.addProperty("frames_sent", audio.framesSent());
    object.addProperty("frames_heard", audio.framesHeard());
    object.addProperty("peak_heard", audio.peakHeard());
    return object;
  }

  private static JsonArray transcripts(DemoStory story) {
    JsonArray array = new JsonArray();
    for (DemoStory.Said said : story.said()) {
      JsonObject object = new JsonObject();
      object.addProperty("role", EventLine.words(said.role().name()));
      object.addProperty("text", said.text());
      array.add(object);
    }
    return array;
  }

  private static JsonArray handoffs(DemoStory story) {
    JsonArray array = new JsonArray();
    for (DemoStory.Handoff handoff : story.handoffs()) {
      JsonObject object = new JsonObject();
      object.addProperty("handoff_id", handoff.id());
      object.addProperty("input", handoff.input());
      object.addProperty("output", handoff.output());
      object.addProperty("answered_ms", rounded(handoff.answeredAfter()));
      array.add(object);
    }
    return array;
  }

  private static double rounded(double millis) {
    return Math.round(millis * 100) / 100.0;
  }
}

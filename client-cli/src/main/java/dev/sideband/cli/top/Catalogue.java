package dev.sideband.cli.top;

import dev.sideband.cli.top.Figures.Count;
import dev.sideband.cli.top.Figures.Flow;
import dev.sideband.cli.top.Figures.Level;
import dev.sideband.cli.top.Figures.Times;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which of the server's metrics are shown, as its page calls them. */
final class Catalogue {
  private static final String STATE = "sideband_state";
  private static final String ERROR = "error_type";
  private static final String OUTCOME = "sideband_outcome";

  private static final String INPUTS = "inputs";

  /** One input meets several fates; how many inputs there are, these tell. */
  private static final Set<String> FIRST_FATES = Set.of("accepted", "refused");

  private static final List<Metric> LEVELS =
      List.of(
          Metric.of("conversations", "sideband_conversations_live", "sideband_phase"),
          Metric.of("sidebands", "sideband_sidebands", STATE),
          Metric.of("subscribers", "sideband_subscribers", STATE),
          Metric.of("lag_events", "sideband_subscriber_lag"),
          Metric.of("ring_events", "sideband_ring_events"),
          Metric.of("ring_capacity", "sideband_ring_capacity"),
          Metric.of("log_free_bytes", "sideband_log_free_space_bytes"),
          Metric.of("log_read_only", "sideband_log_read_only"));

  private static final List<Metric> FLOWS =
      List.of(
          Metric.of("starts", "sideband_starts_total", ERROR, OUTCOME),
          Metric.of("losses", "sideband_sideband_lost_total", "sideband_cause"),
          Metric.of("rejoins", "sideband_sideband_rejoins_total", OUTCOME),
          Metric.of(INPUTS, "sideband_inputs_total", "sideband_input_fate"),
          Metric.of("provider_errors", "sideband_provider_errors_total", ERROR),
          Metric.of("tokens", "sideband_usage_tokens_total", "gen_ai_token_type"),
          Metric.of("cached_tokens", "sideband_usage_cached_tokens_total"),
          Metric.of("cost_usd", "sideband_usage_cost_total"),
          Metric.of("delivered_bytes", "sideband_subscriber_delivered_bytes_total"),
          Metric.of("fell_behind", "sideband_subscriber_fell_behind_total"),
          Metric.of("dropped", "sideband_subscriber_dropped_total"),
          Metric.of("dropped_frames", "sideband_subscriber_dropped_frames_total"),
          Metric.of("refused", "sideband_subscriber_refused_total", "sideband_reason"),
          Metric.of("events", "sideband_log_events_total"),
          Metric.of("event_bytes", "sideband_log_append_bytes_total"));

  private static final List<Metric> TIMES =
      List.of(
          Metric.of("start", "sideband_start_duration_seconds"),
          Metric.of("rejoin", "sideband_sideband_rejoin_duration_seconds"),
          Metric.of("sync", "sideband_log_sync_duration_seconds"));

  private static final String STAGES = "sideband_start_stage_duration_seconds";
  private static final String MILESTONES = "sideband_start_milestone_duration_seconds";

  /** As they follow each other; one that is not known here comes last. */
  private static final List<String> STAGE_ORDER =
      List.of("validate", "create_call", "append", "answer", "join", "configure");

  private final Page now;
  private final Page lately;
  private final Page window;
  private final Readings readings;

  private Catalogue(Readings readings) {
    this.readings = readings;
    now = readings.now();
    lately = readings.lately();
    window = readings.window();
  }

  /**
   * Ours and the page's name, and the labels that tell its series apart: the first that is there.
   */
  private record Metric(String name, String onPage, List<String> labels) {
    static Metric of(String name, String onPage, String... labels) {
      return new Metric(name, onPage, List.of(labels));
    }
  }

  /** What is in the readings, of which there must be one. */
  static Figures figures(Readings readings, Instant at) {
    Catalogue catalogue = new Catalogue(readings);
    return new Figures(
        at,
        readings.latelySeconds(),
        readings.windowSeconds(),
        readings.wereRestarted(),
        catalogue.levels(),
        catalogue.flows(),
        catalogue.times(),
        catalogue.times(STAGES, "sideband_stage", STAGE_ORDER),
        catalogue.times(MILESTONES, "sideband_milestone", List.of()));
  }

  private Map<String, Level> levels() {
    Map<String, Level> levels = new LinkedHashMap<>();
    for (Metric metric : LEVELS) {
      if (now.has(metric.onPage())) {
        levels.put(
            metric.name(),
            new Level(now.sum(metric.onPage()), now.by(metric.onPage(), metric.labels())));
      }
    }
    return levels;
  }

  private Map<String, Flow> flows() {
    Map<String, Flow> flows = new LinkedHashMap<>();
    for (Metric metric : FLOWS) {
      if (now.has(metric.onPage())) {
        flows.put(metric.name(), flow(metric));
      }
    }
    return flows;
  }

  private Flow flow(Metric metric) {
    Map<String, Double> ofLately = lately.by(metric.onPage(), metric.labels());
    Map<String, Double> ofWindow = window.by(metric.onPage(), metric.labels());
    Map<String, Count> by = new LinkedHashMap<>();
    now.by(metric.onPage(), metric.labels())
        .forEach(
            (key, total) ->
                by.put(
                    key,
                    count(
                        ofLately.getOrDefault(key, 0.0), ofWindow.getOrDefault(key, 0.0), total)));
    return new Flow(count(all(lately, metric), all(window, metric), all(now, metric)), by);
  }

  private static double all(Page page, Metric metric) {
    return metric.name().equals(INPUTS)
        ? page.by(metric.onPage(), metric.labels()).entrySet().stream()
            .filter(each -> FIRST_FATES.contains(each.getKey()))
            .mapToDouble(Map.Entry::getValue)
            .sum()
        : page.sum(metric.onPage());
  }

  private Count count(double latelyMore, double inWindow, double total) {
    double seconds = readings.latelySeconds();
    return new Count(seconds > 0 ? latelyMore / seconds : null, inWindow, total);
  }

  private Map<String, Times> times() {
    Map<String, Times> times = new LinkedHashMap<>();
    for (Metric metric : TIMES) {
      add(times, metric.name(), times(metric.onPage(), Map.of()));
    }
    return times;
  }

  private Map<String, Times> times(String name, String label, List<String> order) {
    Set<String> there = now.kinds(name, label);
    Set<String> kinds = new LinkedHashSet<>(order);
    kinds.retainAll(there);
    kinds.addAll(there);
    Map<String, Times> times = new LinkedHashMap<>();
    for (String kind : kinds) {
      add(times, kind, times(name, Map.of(label, kind)));
    }
    return times;
  }

  private Times times(String name, Map<String, String> labels) {
    return new Times(window.buckets(name, labels), now.buckets(name, labels));
  }

  private static void add(Map<String, Times> times, String name, Times each) {
    if (!each.sinceStart().isEmpty()) {
      times.put(name, each);
    }
  }
}

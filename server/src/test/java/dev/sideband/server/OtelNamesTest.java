package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dashboards, alerts and their README speak of nothing that the server does not have. */
class OtelNamesTest {
  /** Of Prometheus, and of whom it reads. */
  private static final Set<String> ITS_OWN = Set.of("le", "job", "instance");

  private final List<Instrument> known = KnownInstruments.all();

  @Test
  void shouldListEveryInstrumentAndWhatPrometheusCallsIt() {
    Map<String, Set<String>> listed = new TreeMap<>();
    OtelConfig.rows().forEach(row -> listed.put(row.metric(), row.names()));
    Map<String, Set<String>> made = new TreeMap<>();
    known.forEach(instrument -> made.put(instrument.name(), new TreeSet<>(instrument.listed())));
    assertThat(listed).isEqualTo(made);
  }

  @Test
  void shouldAskForNothingThatIsNotThere() {
    Set<String> there = new TreeSet<>();
    known.forEach(instrument -> there.addAll(instrument.series()));
    OtelConfig.rules().forEach(rule -> there.add(rule.path("record").asText()));
    assertThat(OtelConfig.queries())
        .hasSizeGreaterThan(80)
        .allSatisfy(
            query -> {
              if (!query.text().startsWith("ALERTS")) {
                assertThat(query.metrics()).as(query.text()).isNotEmpty();
              }
              assertThat(there).as(query.text()).containsAll(query.metrics());
            });
  }

  @Test
  void shouldShowEachOfOurInstrumentsSomewhere() {
    Set<String> asked = new TreeSet<>();
    OtelConfig.dashboards().stream()
        .flatMap(OtelConfig::asked)
        .forEach(target -> asked.addAll(new PromQl(target.path("expr").asText()).metrics()));
    assertThat(known)
        .allSatisfy(instrument -> assertThat(asked).containsAnyElementsOf(instrument.series()));
  }

  @Test
  void shouldSelectByLabelsThatTheMetricHas() {
    Map<String, Set<String>> labels = new HashMap<>();
    OtelConfig.rows()
        .forEach(
            row ->
                instrument(row.metric()).series().forEach(name -> labels.put(name, row.labels())));
    for (PromQl query : OtelConfig.queries()) {
      query
          .selected()
          .forEach(
              (metric, selected) -> {
                if (labels.containsKey(metric)) {
                  assertThat(with(labels.get(metric))).as(query.text()).containsAll(selected);
                }
              });
    }
  }

  @Test
  void shouldGroupByLabelsThatThereAre() {
    Set<String> labels = new TreeSet<>();
    OtelConfig.rows().forEach(row -> labels.addAll(row.labels()));
    assertThat(OtelConfig.queries())
        .allSatisfy(
            query -> assertThat(with(labels)).as(query.text()).containsAll(query.grouped()));
  }

  /** Each alternative of a pattern stands for some error; a wrong one would never be noticed. */
  @Test
  void shouldLookForErrorsThatThereAre() {
    List<String> alternatives =
        OtelConfig.queries().stream()
            .flatMap(PromQl::matchers)
            .filter(matcher -> matcher.label().equals("error_type"))
            .filter(matcher -> !matcher.value().isEmpty())
            .flatMap(
                matcher ->
                    matcher.isPattern()
                        ? Stream.of(matcher.value().split("\\|", -1))
                        : Stream.of(Pattern.quote(matcher.value())))
            .distinct()
            .toList();
    assertThat(alternatives)
        .hasSizeGreaterThan(4)
        .allSatisfy(
            alternative ->
                assertThat(Stream.of(ErrorCode.values()).map(ErrorCode::name))
                    .anyMatch(code -> code.matches(alternative)));
  }

  private static Set<String> with(Set<String> labels) {
    Set<String> all = new TreeSet<>(labels);
    all.addAll(ITS_OWN);
    return all;
  }

  private Instrument instrument(String name) {
    return known.stream()
        .filter(instrument -> instrument.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no instrument " + name));
  }

  @Test
  void shouldSeeWhatAQueryAsksFor() {
    PromQl query =
        new PromQl(
            """
            sum by (job, sideband_stage) (rate(sideband_starts_total{error_type=~"A|B"}[5m]))
              / on (job) sideband:x:rate5m > label_replace(jvm_cpu_time, "a", "rpc_b", "", "")""");
    assertThat(query.metrics())
        .containsExactly("jvm_cpu_time", "sideband:x:rate5m", "sideband_starts_total");
    assertThat(query.selected())
        .containsOnlyKeys("sideband_starts_total")
        .containsValue(Set.of("error_type"));
    assertThat(query.grouped()).containsExactly("job", "sideband_stage");
  }

  @Test
  void shouldRememberWhatIsMadeAndItsUnit() {
    InstrumentBook book = new InstrumentBook();
    var meter = book.telemetry().getMeter("test");
    meter.counterBuilder("a.b").setDescription("c").setUnit("By").build().add(1);
    meter.histogramBuilder("d").setUnit("s").ofLongs().build().record(1);
    meter.gaugeBuilder("e").ofLongs().setUnit("1").buildWithCallback(now -> {});
    meter.upDownCounterBuilder("f").buildObserver();
    assertThat(book.instruments())
        .containsExactly(
            new Instrument("a.b", Instrument.Kind.COUNTER, "By"),
            new Instrument("d", Instrument.Kind.HISTOGRAM, "s"),
            new Instrument("e", Instrument.Kind.GAUGE, "1"),
            new Instrument("f", Instrument.Kind.UP_DOWN_COUNTER, ""));
    assertThat(book.instruments().stream().flatMap(made -> made.series().stream()))
        .contains("a_b_bytes_total", "d_seconds_bucket", "e_ratio", "f");
  }
}

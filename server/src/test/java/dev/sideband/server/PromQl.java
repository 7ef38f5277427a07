package dev.sideband.server;

import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a query asks for, as far as names go; whether it is one at all, promtool knows. */
record PromQl(String text) {
  private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Pattern CLAUSE =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern NAME = Pattern.compile("\\b(?:sideband|gen_ai|rpc|jvm)[_:][\\w:]*");

  /** What a label is compared with. */
  record Matcher(String label, String operator, String value) {
    boolean isPattern() {
      return operator.endsWith("~");
    }
  }

  /** Series, and figures that rules record. */
  Set<String> metrics() {
    String bare = SELECTOR.matcher(text).replaceAll("$1");
    bare = STRING.matcher(CLAUSE.matcher(bare).replaceAll("")).replaceAll("");
    return NAME.matcher(RANGE.matcher(bare).replaceAll(""))
        .results()
        .map(MatchResult::group)
        .collect(TreeSet::new, Set::add, Set::addAll);
  }

  /** The labels that each metric is selected by. */
  TreeMap<String, Set<String>> selected() {
    TreeMap<String, Set<String>> selected = new TreeMap<>();
    SELECTOR
        .matcher(text)
        .results()
        .forEach(
            found ->
                matchers(found.group(2))
                    .forEach(
                        matcher ->
                            selected
                                .computeIfAbsent(found.group(1), metric -> new TreeSet<>())
                                .add(matcher.label())));
    return selected;
  }

  Stream<Matcher> matchers() {
    return SELECTOR.matcher(text).results().flatMap(found -> matchers(found.group(2)));
  }

  private static Stream<Matcher> matchers(String selector) {
    return MATCHER
        .matcher(selector)
        .results()
        .map(found -> new Matcher(found.group(1), found.group(2), found.group(3)));
  }

  /** The labels that series are put together by. */
  Set<String> grouped() {
    return CLAUSE
        .matcher(text)
        .results()
        .flatMap(found -> Stream.of(found.group(1).split(",", -1)))
        .map(String::strip)
        .filter(label -> !label.isEmpty())
        .collect(TreeSet::new, Set::add, Set::addAll);
  }
}

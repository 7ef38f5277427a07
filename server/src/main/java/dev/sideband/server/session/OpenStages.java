package dev.sideband.server.session;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Stages of one kind whose end is waited for, each under an id. Some never end: nobody has to
 * answer a tool call.
 *
 * <p><b>Bounds.</b> A fixed number are open at most; for one more the eldest is given up, {@link
 * #UNFINISHED}: whoever comes anew is always traced.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class OpenStages {
  /** The outcome of what was not over when its span ended. */
  static final String UNFINISHED = "unfinished";

  private final int most;
  private final Map<String, Stage> stages = new LinkedHashMap<>();

  OpenStages(int most) {
    this.most = most;
  }

  boolean has(String id) {
    return stages.containsKey(id);
  }

  /** Adds one whose id is not there. */
  void add(String id, Stage stage) {
    if (stages.size() >= most) {
      Iterator<Stage> eldestFirst = stages.values().iterator();
      giveUp(eldestFirst.next());
      eldestFirst.remove();
    }
    stages.put(id, stage);
  }

  /**
   * Hands over the one of this id, which the caller ends; empty if it was never there, or ended.
   */
  Optional<Stage> take(String id) {
    return Optional.ofNullable(stages.remove(id));
  }

  /** Ends all of them, which came to nothing. */
  void fail(String why) {
    stages.values().forEach(stage -> stage.fail(why));
    stages.clear();
  }

  /** Ends whatever is still open. */
  void close() {
    stages.values().forEach(OpenStages::giveUp);
    stages.clear();
  }

  private static void giveUp(Stage stage) {
    stage.with(Attribute.OUTCOME, UNFINISHED).end();
  }
}

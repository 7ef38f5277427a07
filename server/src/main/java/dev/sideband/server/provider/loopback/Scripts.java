package dev.sideband.server.provider.loopback;

import java.util.List;

/**
 * Hands the recorded calls of a script out, one after the other and round again.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class Scripts {
  private final LoopbackScript script;
  private int taken;

  Scripts(LoopbackScript script) {
    this.script = script;
  }

  boolean isEmpty() {
    return script.calls().isEmpty();
  }

  List<LoopbackScript.Line> next() {
    return script.calls().get(taken++ % script.calls().size());
  }
}

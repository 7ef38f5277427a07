package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** JSON Merge Patch (RFC 7396): objects merge, null removes, anything else replaces. */
final class MergePatch {

  private MergePatch() {}

  /** Changes the target. */
  static void apply(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      String name = member.getKey();
      if (member.getValue().isNull()) {
        target.remove(name);
      } else if (member.getValue() instanceof ObjectNode inner) {
        ObjectNode into =
            target.get(name) instanceof ObjectNode present ? present : target.putObject(name);
        apply(into, inner);
      } else {
        target.set(name, member.getValue());
      }
    }
  }
}

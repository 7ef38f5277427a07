package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.Set;

/**
 * Takes out of a session object what its readers must not see: credentials of tools, client
 * secrets, and the session's id.
 */
final class SecretFilter {
  private static final String STARS = "***";
  private static final Set<String> SECRET =
      Set.of("authorization", "headers", "client_secret", "api_key", "password", "secret");

  private SecretFilter() {}

  /** A copy without secrets. */
  static ObjectNode filtered(ObjectNode session) {
    ObjectNode copy = session.deepCopy();
    copy.remove("id");
    copy.remove("value");
    hide(copy);
    return copy;
  }

  private static void hide(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        hideMember(member);
      }
    } else {
      node.forEach(SecretFilter::hide);
    }
  }

  private static void hideMember(Map.Entry<String, JsonNode> member) {
    JsonNode value = member.getValue();
    if (isSchema(member.getKey())) {
      return; // A parameter that is called "password" is a word, not a secret.
    }
    if (SECRET.contains(member.getKey()) && !value.isNull()) {
      member.setValue(TextNode.valueOf(STARS));
    } else if (member.getKey().equals("server_url") && value.isTextual()) {
      member.setValue(
          TextNode.valueOf(
              value
                  .textValue()
                  .replaceFirst("\\?.*", "?" + STARS)
                  .replaceFirst("//[^/@]*@", "//")));
    } else {
      hide(value);
    }
  }

  private static boolean isSchema(String member) {
    return member.equals("parameters");
  }
}

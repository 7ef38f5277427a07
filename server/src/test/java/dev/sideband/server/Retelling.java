package dev.sideband.server;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.Timestamp;
import dev.sideband.v1.RealtimeEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What events say, without when, and with ids of ours named by the order in which they come. */
final class Retelling {
  private static final Pattern ID = Pattern.compile("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])");

  private final Map<String, String> names = new HashMap<>();

  private Retelling() {}

  static List<String> of(List<RealtimeEvent> story) {
    Retelling retelling = new Retelling();
    return story.stream().map(retelling::tell).toList();
  }

  private String tell(RealtimeEvent event) {
    RealtimeEvent.Builder timeless =
        event.toBuilder().clearConversationId().clearTime().clearTraceparent();
    clearTimes(timeless);
    return ID.matcher(TextFormat.printer().printToString(timeless))
        .replaceAll(found -> names.computeIfAbsent(found.group(), id -> "id-" + names.size()));
  }

  private static void clearTimes(Message.Builder message) {
    for (FieldDescriptor field : List.copyOf(message.getAllFields().keySet())) {
      if (field.getJavaType() != JavaType.MESSAGE || field.isRepeated()) {
        continue;
      }
      String type = field.getMessageType().getFullName();
      if (type.equals(Duration.getDescriptor().getFullName())
          || type.equals(Timestamp.getDescriptor().getFullName())) {
        message.clearField(field);
      } else {
        clearTimes(message.getFieldBuilder(field));
      }
    }
  }
}

package dev.sideband.server.provider.openai;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.sideband.v1.RealtimeEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Keeps an event within what the log and every subscriber must be able to take. */
final class EventSize {
  // Leaves room in the 1 MiB for what the session stamps on it.
  private static final int MAX_EVENT = 1024 * 1024 - 4 * 1024;
  private static final int[] STRING_LIMITS = {256 * 1024, 64 * 1024, 16 * 1024, 2 * 1024};

  private EventSize() {}

  /** The event, its longest strings cut if it has to be; empty if none of that helps. */
  static Optional<RealtimeEvent> tryFit(RealtimeEvent.Builder event) {
    RealtimeEvent built = event.build();
    for (int limit : STRING_LIMITS) {
      if (built.getSerializedSize() <= MAX_EVENT) {
        return Optional.of(built);
      }
      cutStrings(event, limit);
      built = event.build();
    }
    return Optional.of(built).filter(fits -> fits.getSerializedSize() <= MAX_EVENT);
  }

  /** At most so many bytes of UTF-8; what is cut says so. */
  static String cut(String text, int maxBytes) {
    if (text.length() <= maxBytes / 3) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= maxBytes) {
      return text;
    }
    String mark = "\u2026 [cut: " + bytes.length + " bytes]";
    int end = maxBytes - mark.length() - 2;
    while ((bytes[end] & 0xC0) == 0x80) {
      end--; // Not inside a character.
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + mark;
  }

  private static void cutStrings(Message.Builder message, int limit) {
    for (FieldDescriptor field : List.copyOf(message.getAllFields().keySet())) {
      if (field.isMapField()) {
        continue; // No event of a provider has one.
      }
      if (field.getJavaType() == JavaType.STRING) {
        cutString(message, field, limit);
      } else if (field.getJavaType() == JavaType.MESSAGE) {
        cutNested(message, field, limit);
      }
    }
  }

  private static void cutString(Message.Builder message, FieldDescriptor field, int limit) {
    if (!field.isRepeated()) {
      message.setField(field, cut((String) message.getField(field), limit));
      return;
    }
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      message.setRepeatedField(field, i, cut((String) message.getRepeatedField(field, i), limit));
    }
  }

  private static void cutNested(Message.Builder message, FieldDescriptor field, int limit) {
    if (!field.isRepeated()) {
      cutStrings(message.getFieldBuilder(field), limit);
      return;
    }
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      cutStrings(message.getRepeatedFieldBuilder(field, i), limit);
    }
  }
}

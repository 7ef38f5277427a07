package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.sideband.server.log.LogEntry;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.RealtimeEvent;
import java.util.List;
import java.util.Random;

/**
 * Histories of events of every kind there is, with every field there is: whatever the catalogue
 * gets, they have it. Names come from a few, so that events speak of each other. They make no sense
 * otherwise.
 */
final class RandomEvents {
  private static final int NAMES = 3;
  private static final int DEEPEST = 5;

  private final Random random;
  private long sequence;

  RandomEvents(long seed) {
    this.random = new Random(seed);
  }

  LogEntry next() {
    RealtimeEvent.Builder event = RealtimeEvent.newBuilder();
    fill(event, 0);
    sequence++;
    RealtimeEvent stamped =
        event
            .setSequence(sequence)
            .setTime(Timestamp.newBuilder().setSeconds(sequence).setNanos(random.nextInt(1000)))
            .build();
    PrivatePart.Builder part = PrivatePart.newBuilder();
    fill(part, 0);
    return new LogEntry(stamped.toByteArray(), part.build().toByteArray());
  }

  private void fill(Message.Builder message, int depth) {
    for (OneofDescriptor choice : message.getDescriptorForType().getRealOneofs()) {
      List<FieldDescriptor> choices = choice.getFields();
      set(message, choices.get(random.nextInt(choices.size())), depth);
    }
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.getRealContainingOneof() == null && (isText(field) || random.nextInt(4) > 0)) {
        set(message, field, depth);
      }
    }
  }

  /** Some names may not be empty: a call's. */
  private static boolean isText(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.STRING;
  }

  private void set(Message.Builder message, FieldDescriptor field, int depth) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth == DEEPEST) {
      return;
    }
    if (field.isRepeated()) {
      for (int i = random.nextInt(3); i > 0; i--) {
        message.addRepeatedField(field, value(message, field, depth));
      }
    } else {
      message.setField(field, value(message, field, depth));
    }
  }

  private Object value(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt(3);
      case LONG -> (long) random.nextInt(3);
      case FLOAT -> (float) random.nextInt(3);
      case DOUBLE -> (double) random.nextInt(3);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> "name-" + random.nextInt(NAMES);
      case BYTE_STRING -> ByteString.copyFromUtf8("bytes-" + random.nextInt(NAMES));
      case ENUM -> any(field.getEnumType().getValues());
      case MESSAGE -> {
        Message.Builder nested = message.newBuilderForField(field);
        fill(nested, depth + 1);
        yield nested.build();
      }
    };
  }

  private EnumValueDescriptor any(List<EnumValueDescriptor> values) {
    return values.get(random.nextInt(values.size()));
  }
}

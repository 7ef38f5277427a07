package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All that an object of this room consists of, as text: every field, however private, of every
 * part.
 */
final class Innards {
  private static final String ROOM = Innards.class.getPackageName() + ".";

  private final StringBuilder text = new StringBuilder();
  private final BiConsumer<String, String> seen;

  private Innards(BiConsumer<String, String> seen) {
    this.seen = seen;
  }

  static String of(Object whole) {
    return of(whole, (field, value) -> {});
  }

  /**
   * The same.
   *
   * @param seen told each field's name and what is in it
   */
  static String of(Object whole, BiConsumer<String, String> seen) {
    Innards innards = new Innards(seen);
    innards.write(whole, 0);
    return innards.text.toString();
  }

  private void write(@Nullable Object part, int depth) {
    if (part instanceof Optional<?> optional) {
      write(optional.orElse(null), depth);
    } else if (part instanceof Map<?, ?> map) {
      map.forEach((key, value) -> writeBoth(key, value, depth + 1));
    } else if (part instanceof Collection<?> all) {
      all.forEach(one -> writeLine("-", one, depth + 1));
    } else if (part instanceof Message message) {
      text.append('"').append(message.toString().replace('\n', ' ')).append('"');
    } else if (part instanceof ByteString bytes) {
      text.append(TextFormat.escapeBytes(bytes));
    } else if (part == null
        || part instanceof Enum<?>
        || !part.getClass().getName().startsWith(ROOM)) {
      text.append('"').append(part).append('"');
    } else {
      writeFields(part, depth + 1);
    }
  }

  private void writeBoth(@Nullable Object key, @Nullable Object value, int depth) {
    writeLine("key", key, depth);
    writeLine("value", value, depth);
  }

  private void writeLine(String name, @Nullable Object value, int depth) {
    text.append('\n').append("  ".repeat(depth)).append(name).append(": ");
    write(value, depth);
  }

  private void writeFields(Object part, int depth) {
    for (Field field : part.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
        continue;
      }
      field.setAccessible(true);
      try {
        int from = text.length();
        writeLine(field.getName(), field.get(part), depth);
        seen.accept(part.getClass().getSimpleName() + "." + field.getName(), text.substring(from));
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
  }
}

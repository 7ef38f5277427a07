package dev.sideband.server.rpc;

import com.google.protobuf.Duration;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What any field may be asked to be. Each rule says nothing, or throws the {@link SessionException}
 * that answers the call. Messages name the field and quote no content.
 */
final class Rules {
  private static final long MAX_SECONDS = 10L * 365 * 24 * 3600;

  static final int KIB = 1024;

  private Rules() {}

  static SessionException invalid(String field, String what) {
    return new SessionException(
        ErrorCode.REQUEST_INVALID, field + ": " + what, Map.of("field", field), Optional.empty());
  }

  static void holds(boolean condition, String field, String what) {
    if (!condition) {
      throw invalid(field, what);
    }
  }

  static void present(String field, String value) {
    holds(!value.isEmpty(), field, "empty (expected: a value)");
  }

  static void noLonger(String field, String text, int maxBytes) {
    // Chars first: a text that has too many needs no counting of bytes.
    if (text.length() > maxBytes || Utf8.length(text) > maxBytes) {
      throw new SessionException(
          ErrorCode.TEXT_TOO_LONG,
          "%s: too long (expected: at most %d bytes of UTF-8)".formatted(field, maxBytes),
          Map.of("field", field, "limit", Integer.toString(maxBytes)),
          Optional.empty());
    }
  }

  static void known(String field, Enum<?> value) {
    holds(!value.name().equals("UNRECOGNIZED"), field, "unknown value (expected: a named one)");
  }

  static void notNegative(String field, Duration duration) {
    holds(
        duration.getSeconds() >= 0
            && duration.getSeconds() <= MAX_SECONDS
            && duration.getNanos() >= 0
            && duration.getNanos() < 1_000_000_000,
        field,
        "not a duration (expected: 0 to ten years)");
  }

  /** A UUID in its 36-character form, or empty. */
  static void requestId(String value) {
    if (!value.isEmpty()) {
      uuid("request_id", value);
    }
  }

  static ConversationId conversation(String value) {
    return uuid("conversation_id", value);
  }

  private static ConversationId uuid(String field, String value) {
    try {
      ConversationId id = ConversationId.parse(value);
      // The JDK reads shorter and longer groups too; those would be a second name for one id.
      if (id.toString().equals(value.toLowerCase(Locale.ROOT))) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw invalid(field, "not a UUID (expected: 36 characters)");
    }
    throw invalid(field, "not a UUID (expected: groups of 8-4-4-4-12 hex digits)");
  }

  static void role(Principal principal, Role role, String field) {
    if (!principal.hasRole(role)) {
      String name = nameOf(role);
      throw new SessionException(
          ErrorCode.ROLE_MISSING,
          "%s: needs the role %s".formatted(field, name),
          Map.of("role", name, "field", field),
          Optional.empty());
    }
  }

  /** As it is written in a tokens file and in statuses. */
  static String nameOf(Role role) {
    return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package dev.sideband.cli.server;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Completes the short ids that people type, and shortens the long ones that they read. */
public final class ConversationIds {
  private static final Pattern PREFIX = Pattern.compile("[0-9a-f-]{1,36}");
  private static final int FULL_LENGTH = 36;
  private static final int SHORTEST = 8;
  private static final int PAGE = 500;

  private ConversationIds() {}

  /**
   * The one conversation whose id begins with {@code typed}; {@code last} is the newest one. A full
   * id is not looked up.
   */
  public static String resolve(ServerLink link, String typed) {
    String prefix = typed.toLowerCase(Locale.ROOT);
    if (prefix.equals("last")) {
      return newest(link);
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw new CliException(
          ExitCode.USAGE,
          "ID: " + typed + " (expected: a conversation id, its first digits, or \"last\")",
          "see the ids:  ./sideband list");
    }
    return prefix.length() == FULL_LENGTH ? prefix : only(prefix, matches(link, prefix));
  }

  /** How many leading characters tell these ids apart; at least 8. */
  public static int distinctLength(List<String> ids) {
    List<String> sorted = ids.stream().sorted().toList();
    int longest = SHORTEST;
    for (int i = 1; i < sorted.size(); i++) {
      longest = Math.max(longest, commonPrefix(sorted.get(i - 1), sorted.get(i)) + 1);
    }
    return Math.min(longest, FULL_LENGTH);
  }

  private static String newest(ServerLink link) {
    ListResponse page = link.list(ListRequest.newBuilder().setPageSize(1).build());
    if (page.getConversationsCount() == 0) {
      throw new CliException(
          ExitCode.FAILED,
          "there is no conversation at " + link.target() + " yet",
          "start one:  ./sideband talk");
    }
    return page.getConversations(0).getConversationId();
  }

  private static List<String> matches(ServerLink link, String prefix) {
    List<String> found = new ArrayList<>();
    String page = "";
    do {
      ListResponse response =
          link.list(ListRequest.newBuilder().setPageSize(PAGE).setPageToken(page).build());
      for (ConversationSummary summary : response.getConversationsList()) {
        if (summary.getConversationId().startsWith(prefix)) {
          found.add(summary.getConversationId());
        }
      }
      page = response.getNextPageToken();
    } while (!page.isEmpty());
    return found;
  }

  private static String only(String prefix, List<String> found) {
    if (found.size() == 1) {
      return found.get(0);
    }
    if (found.isEmpty()) {
      throw new CliException(
          ExitCode.FAILED,
          "no conversation's id begins with " + prefix,
          "see what there is:  ./sideband list");
    }
    throw new CliException(
        ExitCode.USAGE,
        prefix + " begins the ids of " + found.size() + " conversations",
        "type more of it, for example:  " + found.get(0).substring(0, distinctLength(found)));
  }

  private static int commonPrefix(String a, String b) {
    int length = Math.min(a.length(), b.length());
    int i = 0;
    while (i < length && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i;
  }
}

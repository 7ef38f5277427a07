package dev.sideband.server.session;

import dev.sideband.store.v1.TranscriptCheckpoint;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import dev.sideband.v1.TranscriptEntry;
import dev.sideband.v1.TranscriptLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was said, by item, in the order in which the items were first heard of.
 *
 * <p>Texts are kept by item and content part, because a user's transcript may arrive after the
 * assistant's answer to it. Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class TranscriptBook {

  private record Key(int call, String itemId, int contentIndex) {}

  private static final class Line {
    private final Role role;
    private final StringBuilder text = new StringBuilder();
    private boolean completed;
    private boolean handedOff;

    private Line(Role role) {
      this.role = role;
    }
  }

  private final Map<Key, Line> lines = new LinkedHashMap<>();

  void add(int call, TranscriptDelta delta) {
    Line line = line(call, delta.getItemId(), delta.getContentIndex(), delta.getRole());
    if (!line.completed) {
      line.text.append(delta.getDelta());
    }
  }

  void complete(int call, TranscriptCompleted whole) {
    Line line = line(call, whole.getItemId(), whole.getContentIndex(), whole.getRole());
    line.text.setLength(0);
    line.text.append(whole.getText());
    line.completed = true;
  }

  /** What a client wrote stands here too. */
  void wrote(int call, String itemId, Role role, String text) {
    Line line = line(call, itemId, 0, role);
    line.text.append(text);
    line.completed = true;
  }

  /** Whether the whole of it is known. */
  boolean isWhole(int call, String itemId, int contentIndex) {
    Line line = lines.get(new Key(call, itemId, contentIndex));
    return line != null && line.completed;
  }

  /** The lines that were not yet part of a handoff. */
  List<TranscriptLine> sinceHandoff() {
    List<TranscriptLine> fresh = new ArrayList<>();
    lines.forEach(
        (key, line) -> {
          if (!line.handedOff && !line.text.isEmpty()) {
            fresh.add(
                TranscriptLine.newBuilder()
                    .setRole(line.role)
                    .setText(line.text.toString())
                    .setItemId(key.itemId)
                    .build());
          }
        });
    return fresh;
  }

  /** A handoff took the lines of these items with it. */
  void handedOff(List<TranscriptLine> taken) {
    for (TranscriptLine line : taken) {
      lines.forEach(
          (key, known) -> {
            if (key.itemId.equals(line.getItemId())) {
              known.handedOff = true;
            }
          });
    }
  }

  List<TranscriptEntry> entries() {
    List<TranscriptEntry> entries = new ArrayList<>(lines.size());
    lines.forEach(
        (key, line) ->
            entries.add(
                TranscriptEntry.newBuilder()
                    .setItemId(key.itemId)
                    .setRole(line.role)
                    .setText(line.text.toString())
                    .setCompleted(line.completed)
                    .build()));
    return entries;
  }

  TranscriptCheckpoint checkpoint() {
    TranscriptCheckpoint.Builder checkpoint = TranscriptCheckpoint.newBuilder();
    lines.forEach(
        (key, line) ->
            checkpoint.addLines(
                TranscriptCheckpoint.Line.newBuilder()
                    .setCall(key.call)
                    .setItemId(key.itemId)
                    .setContentIndex(key.contentIndex)
                    .setRole(line.role)
                    .setText(line.text.toString())
                    .setCompleted(line.completed)
                    .setHandedOff(line.handedOff)));
    return checkpoint.build();
  }

  void restore(TranscriptCheckpoint from) {
    for (TranscriptCheckpoint.Line stored : from.getLinesList()) {
      Line line =
          line(stored.getCall(), stored.getItemId(), stored.getContentIndex(), stored.getRole());
      line.text.append(stored.getText());
      line.completed = stored.getCompleted();
      line.handedOff = stored.getHandedOff();
    }
  }

  private Line line(int call, String itemId, int contentIndex, Role role) {
    return lines.computeIfAbsent(new Key(call, itemId, contentIndex), key -> new Line(role));
  }
}

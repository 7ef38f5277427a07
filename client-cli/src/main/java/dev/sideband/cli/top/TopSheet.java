package dev.sideband.cli.top;

import dev.sideband.cli.terminal.Palette;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts groups of rows, and a table, one below the other into a screen. What is left of its height
 * goes to parts that do not fit into their row, from the top on, and then to blank lines: above the
 * table, between the groups, below the head. What is too high is cut off.
 */
final class TopSheet {
  private final Palette palette;
  private final int columns;
  private final int rows;

  /**
   * @param columns that may be written to
   * @param rows the same; at least one
   */
  TopSheet(Palette palette, int columns, int rows) {
    this.palette = palette;
    this.columns = columns;
    this.rows = rows;
  }

  List<String> lines(String head, List<List<TopRow>> groups, List<String> table) {
    int spare = rows - 1 - groups.stream().mapToInt(List::size).sum() - table.size();
    List<List<String>> blocks = new ArrayList<>();
    for (List<TopRow> group : groups) {
      List<String> block = new ArrayList<>();
      for (TopRow row : group) {
        List<String> lines = row.lines(palette, columns, 1 + Math.max(0, spare));
        spare -= lines.size() - 1;
        block.addAll(lines);
      }
      blocks.add(block);
    }
    blocks.add(table);
    blocks.removeIf(List::isEmpty);
    return stacked(head, blocks, spare);
  }

  /** The lowest gaps are the first to be there. */
  private List<String> stacked(String head, List<List<String>> blocks, int gaps) {
    List<String> lines = new ArrayList<>();
    lines.add(head);
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.size() - i <= gaps) {
        lines.add("");
      }
      lines.addAll(blocks.get(i));
    }
    return lines.subList(0, Math.min(lines.size(), rows));
  }
}

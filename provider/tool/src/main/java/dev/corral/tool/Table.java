package dev.corral.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Lines of columns with the same widths. */
final class Table {

  private final List<String[]> rows = new ArrayList<>();

  /** A table with a line of titles. */
  static Table of(String... titles) {
    return new Table().row((Object[]) titles);
  }

  Table row(Object... cells) {
    rows.add(Arrays.stream(cells).map(String::valueOf).map(Table::visible).toArray(String[]::new));
    return this;
  }

  /**
   * A text whose control characters are visible. Keys and messages of exceptions may have them; a
   * line feed would break the table, and an escape sequence could change what the terminal shows.
   */
  static String visible(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder visible = new StringBuilder();
    text.chars()
        .forEach(
            it ->
                visible.append(
                    it == '\n'
                        ? "\\n"
                        : Character.isISOControl(it)
                            ? String.format(Locale.ROOT, "\\u%04x", it)
                            : String.valueOf((char) it)));
    return visible.toString();
  }

  @Override
  public String toString() {
    int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append(row[i]);
        if (i < row.length - 1) {
          line.append(" ".repeat(widths[i] - row[i].length() + 2));
        }
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}

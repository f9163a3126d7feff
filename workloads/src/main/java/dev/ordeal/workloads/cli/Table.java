package dev.ordeal.workloads.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A table whose columns are as wide as what is in them; columns of numbers stand to the right.
final class Table {
    private static final Pattern NUMBER = Pattern.compile("[\\d.,]*|–");

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(List.of(head));
    }

    void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells for " + rows.getFirst().size() + " columns");
        }
        rows.add(List.of(cells));
    }

    /// Prints the head and all rows.
    void print(PrintWriter out, boolean markdown) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        boolean[] numbers = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            int column = c;
            widths[c] = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
            numbers[c] =
                    rows.stream()
                            .skip(1)
                            .allMatch(row -> NUMBER.matcher(row.get(column)).matches());
        }
        for (int r = 0; r < rows.size(); r++) {
            out.println(markdown ? markdown(rows.get(r)) : padded(rows.get(r), widths, numbers));
            if (markdown && r == 0) {
                StringBuilder rule = new StringBuilder("|");
                for (boolean number : numbers) {
                    rule.append(number ? "---:|" : "---|");
                }
                out.println(rule);
            }
        }
        out.flush();
    }

    private static String markdown(List<String> row) {
        return "| " + String.join(" | ", row) + " |";
    }

    private static String padded(List<String> row, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < row.size(); c++) {
            String pad = " ".repeat(widths[c] - row.get(c).length());
            line.append(c == 0 ? "" : "  ");
            line.append(numbers[c] ? pad + row.get(c) : row.get(c) + pad);
        }
        return line.toString().stripTrailing();
    }
}

package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TableTest {
    private static String printed(boolean markdown) {
        Table table = new Table("", "operations", "engine", "ms");
        table.row("a.jsonl", "1,000", "distinct", "12.5");
        table.row("longer.jsonl", "7", "search", "–");
        StringWriter out = new StringWriter();
        table.print(new PrintWriter(out), markdown);
        return out.toString();
    }

    @Test
    void columnsAreAsWideAsWhatIsInThemAndNumbersStandToTheRight() {
        assertThat(printed(false))
                .isEqualTo(
                        """
                                      operations  engine      ms
                        a.jsonl            1,000  distinct  12.5
                        longer.jsonl           7  search       –
                        """);
    }

    @Test
    void asMarkdownTheRuleSaysWhereNumbersStand() {
        assertThat(printed(true))
                .isEqualTo(
                        """
                        |  | operations | engine | ms |
                        |---|---:|---|---:|
                        | a.jsonl | 1,000 | distinct | 12.5 |
                        | longer.jsonl | 7 | search | – |
                        """);
    }
}

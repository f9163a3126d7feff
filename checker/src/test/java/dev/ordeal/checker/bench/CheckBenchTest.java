package dev.ordeal.checker.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bench.CheckBench.Figure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckBenchTest {
    @TempDir Path scratch;

    @Test
    void everyFigureIsOfAHistoryThatIsWhatItSaysItIs() {
        List<Figure> figures =
                CheckBench.generated(20_000, scratch).stream()
                        .flatMap(measurement -> measurement.take().get().stream())
                        .toList();

        assertThat(figures).hasSize(26);
        assertThat(figures)
                .allSatisfy(figure -> {
                    String verdict =
                            figure.what().matches(".*(stale|, one ).*")
                                    ? "violated"
                                    : figure.what().startsWith("loading") ? "" : "valid";
                    assertThat(figure.verdict()).as(figure.what()).isEqualTo(verdict);
                    assertThat(figure.engine()).as(figure.what()).isEqualTo(engine(figure.what()));
                    assertThat(figure.bestMillis())
                            .isPositive()
                            .isLessThanOrEqualTo(figure.firstMillis());
                });
        assertThat(scratch).isEmptyDirectory();
    }

    private static String engine(String what) {
        return what.contains("written once")
                ? "distinct"
                : switch (what.replaceAll("[ ,].*", "")) {
                    case "register" -> "search";
                    case "event" -> "online";
                    case "queue" -> "distinct-queue";
                    case "stack" -> "distinct-stack";
                    case "priority-queue" -> "distinct-priority-queue";
                    case "set" -> "two-states";
                    case "transactions" -> "cycles";
                    default -> "";
                };
    }
}

package dev.ordeal.workloads.board;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The hunts of one call, as they are saved and compared.
///
/// @param cluster `sim`, `process` or `docker`
/// @param budgetSeconds the most for each hunt
/// @param machine they were made on
/// @param rows in the order of the catalogue
public record Scoreboard(String cluster, double budgetSeconds, String machine, List<Row> rows) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public Scoreboard {
        rows = List.copyOf(rows);
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws IllegalArgumentException in one line, if the file is not a scoreboard
    public static Scoreboard read(Path file) throws IOException {
        try {
            return JSON.readValue(file.toFile(), Scoreboard.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " is not a scoreboard: " + e.getOriginalMessage(), e);
        }
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }

    public Optional<Row> row(String bug) {
        return rows.stream().filter(row -> row.bug().equals(bug)).findFirst();
    }

    /// Bugs that were hunted and not found.
    public List<String> missed() {
        return rows.stream()
                .filter(row -> row.planted() && !row.found() && row.remark() == null)
                .map(Row::bug)
                .toList();
    }

    /// What this one misses that an earlier one found.
    public List<String> lostSince(Scoreboard earlier) {
        return missed().stream()
                .filter(bug -> earlier.row(bug).map(Row::found).orElse(false))
                .toList();
    }

    /// Alarms about a service that has nothing wrong.
    public List<Row> alarms() {
        return rows.stream().filter(row -> !row.planted() && row.found()).toList();
    }
}

package dev.ordeal.checker.history;

/// A history that cannot be judged because it is not one: says the line, what is wrong with it and what to do.
public final class HistoryFormatException extends RuntimeException {
    private final long line;
    private final String problem;

    public HistoryFormatException(long line, String problem) {
        super((line > 0 ? "line " + line + ": " : "") + problem);
        this.line = line;
        this.problem = problem;
    }

    /// The line, counted from 1; 0 when the file as a whole is meant.
    public long line() {
        return line;
    }

    /// What is wrong, without the line.
    public String problem() {
        return problem;
    }
}

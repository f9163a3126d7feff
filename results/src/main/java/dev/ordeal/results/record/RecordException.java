package dev.ordeal.results.record;

/// The record cannot be written or read. The message is one line that says what to do; it is meant for the user.
public final class RecordException extends RuntimeException {
    public RecordException(String message) {
        super(message);
    }

    public RecordException(String message, Throwable cause) {
        super(message, cause);
    }
}

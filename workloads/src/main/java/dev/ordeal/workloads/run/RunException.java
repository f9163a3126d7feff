package dev.ordeal.workloads.run;

/// The run could not be carried out, so there is nothing to judge. The message is one line for the user and says what to do.
public final class RunException extends RuntimeException {
    public RunException(String message) {
        super(message);
    }

    public RunException(String message, Throwable cause) {
        super(message, cause);
    }
}

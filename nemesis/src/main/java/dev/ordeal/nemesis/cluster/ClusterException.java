package dev.ordeal.nemesis.cluster;

/// The surroundings are broken: Docker is down, a port is taken, a node does not start. The message is one line for the user
/// and says what to do.
public final class ClusterException extends RuntimeException {
    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}

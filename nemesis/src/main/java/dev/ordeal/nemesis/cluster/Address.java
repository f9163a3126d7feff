package dev.ordeal.nemesis.cluster;

/// Where something listens. Its `toString` is `host:port`.
public record Address(String host, int port) {
    public Address {
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not an address: \"" + host + ":" + port + "\"");
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}

package dev.ordeal.node.rpc;

import org.jspecify.annotations.Nullable;

/// What a node or a client shows of itself and asks of others.
///
/// @param tls null: plain text
/// @param token what clients show to the client and the admin port; null: nothing
public record Credentials(@Nullable Tls tls, @Nullable Token token) {
    /// Plain text, and everybody is served: for loopback, and for networks with nobody else in them.
    public static final Credentials NONE = new Credentials(null, null);
}

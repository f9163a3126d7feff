package dev.ordeal.node.raft;

/// Where a server is reached, `host:port` each: by the other servers, and by clients (empty where that is not known). The
/// algorithm only passes them on, so that whoever learns of a server learns how to reach it.
public record Addresses(String peer, String client) {
    /// Of servers that find each other in some other way.
    public static final Addresses UNKNOWN = new Addresses("", "");

    public Addresses {
        if (hasSpace(peer) || hasSpace(client))
            throw new IllegalArgumentException(
                    "an address has no spaces: '" + peer + "', '" + client + "'");
    }

    /// Whether it could not be told from what stands beside it in [Membership#bytes()].
    static boolean hasSpace(String word) {
        for (int i = 0; i < word.length(); i++)
            if (Character.isWhitespace(word.charAt(i))) return true;
        return false;
    }
}

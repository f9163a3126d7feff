package dev.ordeal.node.raft;

import java.util.ArrayList;
import java.util.List;

/// The chunks of a snapshot that have come in so far. They are kept in memory: after a restart the transfer begins anew.
final class Incoming {
    private final long term;
    private final Position last;
    private final Membership members;
    private final List<Bytes> chunks = new ArrayList<>();
    private long size;

    /// @param term of the leader that sends it: two leaders may write the same state in different ways
    Incoming(long term, Position last, Membership members) {
        this.term = term;
        this.last = last;
        this.members = members;
    }

    boolean isOf(Message.InstallSnapshot request) {
        return term == request.term() && last.equals(request.last());
    }

    long size() {
        return size;
    }

    /// Takes the chunk if it is the next one, and says whether it was.
    boolean add(Message.InstallSnapshot request) {
        if (request.offset() != size) return false;
        chunks.add(request.data());
        size += request.data().length();
        return true;
    }

    Snapshot snapshot() {
        return new Snapshot(last, members, Bytes.concat(chunks));
    }
}

package dev.ordeal.node.raft;

/// A promise of Raft that a test cluster saw broken.
final class Finding extends AssertionError {
    /// Which promise. The first four are those that the judge of real runs can see from outside, too.
    enum Promise {
        /// At most one leader a term, one vote a node and term (§5.2).
        ELECTION_SAFETY,
        /// No two nodes, nor two lives of one, apply different entries at an index (§5.4.3).
        STATE_MACHINE_SAFETY,
        /// What a client was told is done stays done.
        ACKNOWLEDGED_STAYS,
        /// A read shows everything that anyone knew when it began (§8).
        LINEARIZABLE_READS,
        /// Two logs that share a position share everything before it (§5.3).
        LOG_MATCHING,
        /// A leader holds all that was committed in earlier terms (§5.4).
        LEADER_COMPLETENESS,
        /// What is committed is on the disks of a majority.
        DURABLE_MAJORITY,
        /// Once the faults are over, the cluster works again.
        PROGRESS
    }

    private final Promise promise;

    Finding(Promise promise, String what) {
        super(promise + ": " + what);
        this.promise = promise;
    }

    Promise promise() {
        return promise;
    }
}

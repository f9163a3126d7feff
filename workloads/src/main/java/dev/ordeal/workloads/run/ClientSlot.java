package dev.ordeal.workloads.run;

import dev.ordeal.nemesis.NodeId;

/// One client: at most one operation is open at a time. It is connected to one node for the whole run, so that a leader that
/// was cut off still has clients.
///
/// Its process number, which is also the name of its session, changes whenever an operation's fate is unknown (the old process
/// is then for ever in the middle of that operation), and whenever one failed (a session must not have gaps at its start).
final class ClientSlot {
    private final int clients;
    private final NodeId node;
    private long process;
    private String session;
    private long sequence;
    private boolean busy;
    private boolean away;

    ClientSlot(int slot, int clients, NodeId node) {
        this.process = slot;
        this.session = nameOf(slot);
        this.clients = clients;
        this.node = node;
    }

    NodeId node() {
        return node;
    }

    long process() {
        return process;
    }

    String session() {
        return session;
    }

    private static String nameOf(long process) {
        return "c" + process;
    }

    boolean free() {
        return !busy && !away;
    }

    void stayAway() {
        away = true;
    }

    void comeBack() {
        away = false;
    }

    /// Begins an operation that changes state, and numbers it.
    long nextSequence() {
        return ++sequence;
    }

    void begin() {
        busy = true;
    }

    void end(Outcome outcome) {
        busy = false;
        boolean sessionGoesOn =
                switch (outcome) {
                    case Outcome.Ok ignored -> true;
                    case Outcome.Mismatch ignored -> true;
                    case Outcome.Failed ignored -> false;
                    case Outcome.Unknown ignored -> false;
                };
        if (!sessionGoesOn) {
            process += clients;
            session = nameOf(process);
            sequence = 0;
        }
    }
}

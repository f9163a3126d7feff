package dev.ordeal.workloads.run;

import dev.ordeal.workloads.workload.Action;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Reads every key back, several times, each time through a client of another node. A read that fails is followed by another,
/// which is a new operation.
final class FinalReads {
    /// How often a key is read. More would only say again that the nodes agree.
    private static final int ROUNDS = 3;

    private final Clients clients;
    private final Deque<Next> due = new ArrayDeque<>();
    private final List<Next> failed = new ArrayList<>();

    private record Next(Action read, int client) {}

    FinalReads(Clients clients, List<Action> reads) {
        this.clients = clients;
        for (int round = 0; round < ROUNDS; round++) {
            for (int key = 0; key < reads.size(); key++) {
                due.add(new Next(reads.get(key), key + round));
            }
        }
    }

    /// Begins what can begin now, and says whether everything has been read. To be called again until it has.
    boolean advance() {
        due.addAll(failed);
        failed.clear();
        beginWhileFree();
        return due.isEmpty() && failed.isEmpty() && clients.idle();
    }

    private void beginWhileFree() {
        while (!due.isEmpty()) {
            Optional<ClientSlot> free = clients.free(due.getFirst().client);
            if (free.isEmpty()) {
                return;
            }
            Next next = due.removeFirst();
            clients.begin(
                    free.get(),
                    next.read,
                    outcome -> {
                        if (!(outcome instanceof Outcome.Ok)) {
                            failed.add(new Next(next.read, next.client + 1));
                        }
                        beginWhileFree();
                    });
        }
    }
}

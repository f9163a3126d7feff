package dev.ordeal.checker.bench;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Models;
import dev.ordeal.checker.model.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A history of clients that add to and take from an atomic queue, stack or priority queue at the same time, every value
/// once, a little more adding than taking. Linearizable by construction. The same seed makes the same history.
///
/// @param wrong whether one taking near the end gets the element that would have been its turn last
public record SimulatedContainer(
        Queue.Discipline discipline, int operations, int clients, boolean wrong, long seed) {
    private static final long STEP_NANOS = 1000;

    /// @param model `queue`, `stack` or `priority-queue`
    static SimulatedContainer of(
            String model, int operations, int clients, boolean wrong, long seed) {
        if (!(Models.named(model).orElseThrow() instanceof Queue queue)) {
            throw new IllegalArgumentException(model + " is no container");
        }
        return new SimulatedContainer(queue.discipline(), operations, clients, wrong, seed);
    }

    private static final class Client {
        boolean open;
        boolean done;
        @Nullable Long added;
        @Nullable Long taken;
    }

    public History history() {
        SplittableRandom random = new SplittableRandom(seed);
        HistoryBuilder builder = new HistoryBuilder();
        Client[] all = new Client[clients];
        for (int c = 0; c < clients; c++) {
            all[c] = new Client();
        }
        // What is taken next stands last.
        List<Long> state = new ArrayList<>();
        long time = 0;
        int invoked = 0;
        int open = 0;
        boolean lie = wrong;
        while (invoked < operations || open > 0) {
            int process = random.nextInt(clients);
            Client client = all[process];
            time += STEP_NANOS;
            if (!client.open && invoked < operations) {
                client.added = random.nextInt(20) < 11 ? (Long) fresh(++invoked) : null;
                invoked += client.added == null ? 1 : 0;
                builder.invoke(
                        time,
                        (long) process,
                        client.added == null ? "dequeue" : "enqueue",
                        null,
                        client.added == null
                                ? new Result.Unknown()
                                : new Result.Value(client.added),
                        null,
                        null);
                client.open = true;
                client.done = false;
                open++;
            } else if (client.open && !client.done) {
                client.done = true;
                if (client.added != null) {
                    state.add(place(state, client.added), client.added);
                } else if (state.isEmpty()) {
                    client.taken = null;
                } else {
                    boolean now = lie && invoked > operations - operations / 20 && state.size() > 1;
                    lie = lie && !now;
                    client.taken = state.remove(now ? 0 : state.size() - 1);
                }
            } else if (client.open) {
                builder.ok(
                        time,
                        (long) process,
                        client.added == null
                                ? new Result.Value(client.taken)
                                : new Result.Unknown());
                client.open = false;
                open--;
            }
        }
        return builder.build();
    }

    /// Every number once, in no order.
    private static long fresh(int number) {
        return (number * 0x9E3779B97F4A7C15L) >>> 16;
    }

    private int place(List<Long> state, long value) {
        return switch (discipline) {
            case FIFO -> 0;
            case LIFO -> state.size();
            case PRIORITY -> {
                int low = 0;
                int high = state.size();
                while (low < high) {
                    int middle = (low + high) >>> 1;
                    if (state.get(middle) > value) {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                yield low;
            }
        };
    }
}

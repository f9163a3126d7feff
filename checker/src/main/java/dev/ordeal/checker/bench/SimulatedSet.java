package dev.ordeal.checker.bench;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/// A history of clients that add elements to an atomic set, remove them and ask for them at the same time; every answer says
/// what was found. Linearizable by construction. The same seed makes the same history.
///
/// @param elements how many different ones there are
/// @param wrong whether one answer near the end is the opposite of what it should be
public record SimulatedSet(int operations, int clients, int elements, boolean wrong, long seed) {
    private static final long STEP_NANOS = 1000;

    private static final class Client {
        boolean open;
        boolean done;
        String f = "";
        long element;
        boolean answer;
    }

    public History history() {
        SplittableRandom random = new SplittableRandom(seed);
        HistoryBuilder builder = new HistoryBuilder();
        Client[] all = new Client[clients];
        for (int c = 0; c < clients; c++) {
            all[c] = new Client();
        }
        Set<Long> state = new HashSet<>();
        long time = 0;
        int invoked = 0;
        int open = 0;
        boolean lie = wrong;
        while (invoked < operations || open > 0) {
            int process = random.nextInt(clients);
            Client client = all[process];
            time += STEP_NANOS;
            if (!client.open && invoked < operations) {
                int kind = random.nextInt(4);
                client.f = kind == 0 ? "add" : kind == 1 ? "remove" : "contains";
                client.element = random.nextInt(elements);
                builder.invoke(
                        time,
                        (long) process,
                        client.f,
                        null,
                        new Result.Value(client.element),
                        null,
                        null);
                client.open = true;
                client.done = false;
                invoked++;
                open++;
            } else if (client.open && !client.done) {
                client.done = true;
                boolean now = lie && invoked > operations - operations / 20;
                lie = lie && !now;
                client.answer =
                        now
                                != switch (client.f) {
                                    case "add" -> state.add(client.element);
                                    case "remove" -> state.remove(client.element);
                                    default -> state.contains(client.element);
                                };
            } else if (client.open) {
                builder.ok(time, (long) process, new Result.Value(client.answer));
                client.open = false;
                open--;
            }
        }
        return builder.build();
    }
}

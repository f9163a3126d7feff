package dev.ordeal.checker.bench;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A history of clients that act on atomic registers at the same time: half reads, a quarter writes, a quarter
/// compare-and-sets, of which most are refused when many clients compete. Linearizable by construction. The same seed makes
/// the same history.
///
/// @param keys how many registers; with one, operations name no key
/// @param values how many different values are written; 0: every value once
/// @param unknown how many writes or compare-and-sets end without an answer
/// @param stale whether a read near the end answers a value that was replaced long before; where values come again, and
///     one such read may be right by chance, all reads in the last fiftieth do
public record SimulatedRegister(
        int operations, int clients, int keys, int values, int unknown, boolean stale, long seed) {
    private static final long STEP_NANOS = 1000;

    private enum Stage {
        IDLE,
        INVOKED,
        DONE
    }

    private static final class Client {
        long process;
        int key;
        Stage stage = Stage.IDLE;
        String f = "";
        @Nullable Object argument;
        @Nullable Object seen;
        boolean refused;

        Client(long process) {
            this.process = process;
        }
    }

    public History history() {
        SplittableRandom random = new SplittableRandom(seed);
        HistoryBuilder builder = new HistoryBuilder();
        Client[] all = new Client[clients];
        for (int c = 0; c < clients; c++) {
            all[c] = new Client(c);
        }
        long nextProcess = clients;
        @Nullable Object[] state = new @Nullable Object[keys];
        @Nullable Object[] old = new @Nullable Object[keys];
        long time = 0;
        long fresh = 0;
        int invoked = 0;
        int open = 0;
        int lost = 0;
        boolean lie = stale;
        while (invoked < operations || open > 0) {
            Client client = all[random.nextInt(clients)];
            time += STEP_NANOS;
            switch (client.stage) {
                case IDLE -> {
                    if (invoked == operations) {
                        continue;
                    }
                    client.key = keys == 1 ? 0 : random.nextInt(keys);
                    Object value =
                            values == 0
                                    ? (Object) Long.valueOf(++fresh)
                                    : (Object) (long) random.nextInt(values);
                    Object expected =
                            values == 0
                                    ? state[client.key]
                                    : (Object) (long) random.nextInt(values);
                    int kind = random.nextInt(4);
                    client.f = kind < 2 ? "read" : kind == 2 ? "write" : "cas";
                    client.argument =
                            kind < 2 ? null : kind == 2 ? value : Arrays.asList(expected, value);
                    builder.invoke(
                            time,
                            client.process,
                            client.f,
                            keys == 1 ? null : "k" + client.key,
                            kind < 2 ? new Result.Unknown() : new Result.Value(client.argument),
                            null,
                            null);
                    client.stage = Stage.INVOKED;
                    invoked++;
                    open++;
                }
                case INVOKED -> {
                    client.seen = state[client.key];
                    client.refused = false;
                    if (client.f.equals("write")) {
                        state[client.key] = client.argument;
                    } else if (client.argument instanceof List<?> pair) {
                        client.refused = !Objects.equals(pair.get(0), state[client.key]);
                        if (!client.refused) {
                            state[client.key] = pair.get(1);
                        }
                    }
                    if (invoked == operations / 2) {
                        old = state.clone();
                    }
                    client.stage = Stage.DONE;
                }
                case DONE -> {
                    client.stage = Stage.IDLE;
                    open--;
                    boolean reads = client.f.equals("read");
                    if (!reads && lost < (long) unknown * invoked / operations) {
                        lost++;
                        builder.unknown(time, client.process, "timeout");
                        client.process = nextProcess++;
                    } else if (client.refused) {
                        builder.mismatch(time, client.process);
                    } else if (reads) {
                        boolean now = lie && invoked > operations - operations / 50;
                        lie = lie && (!now || values > 0);
                        builder.ok(
                                time,
                                client.process,
                                new Result.Value(now ? old[client.key] : client.seen));
                    } else {
                        builder.ok(time, client.process, new Result.Unknown());
                    }
                }
            }
        }
        return builder.build();
    }
}

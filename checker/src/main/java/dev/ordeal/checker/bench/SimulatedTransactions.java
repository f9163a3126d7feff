package dev.ordeal.checker.bench;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A history of clients that run transactions at the same time, each of one to four appends to lists and reads of lists, as
/// Elle's generator makes them: a few keys are in use, and a new one takes the place of one that was appended to often. Each
/// transaction takes effect at one moment, so that it is strictly serializable. The same seed makes the same history.
record SimulatedTransactions(int transactions, int clients, long seed) {
    private static final int KEYS_IN_USE = 10;
    private static final int APPENDS_A_KEY = 32;

    History history() {
        SplittableRandom random = new SplittableRandom(seed);
        HistoryBuilder builder = new HistoryBuilder();
        List<List<Boolean>> asked = new ArrayList<>();
        List<List<@Nullable Object>> seen = new ArrayList<>();
        for (int c = 0; c < clients; c++) {
            asked.add(List.of());
            seen.add(List.of());
        }
        long[] keys = new long[KEYS_IN_USE];
        List<List<Long>> lists = new ArrayList<>();
        for (int k = 0; k < KEYS_IN_USE; k++) {
            keys[k] = k;
            lists.add(new ArrayList<>());
        }
        long newKey = KEYS_IN_USE;
        int invoked = 0;
        int open = 0;
        for (long time = 0; invoked < transactions || open > 0; time += 1000) {
            int c = random.nextInt(clients);
            long process = c;
            if (asked.get(c).isEmpty()) {
                if (invoked == transactions) {
                    continue;
                }
                invoked++;
                open++;
                asked.set(c, ask(random));
                builder.invoke(time, process, "txn", null, new Result.Value(List.of()), null, null);
            } else if (seen.get(c).isEmpty()) {
                List<@Nullable Object> answer = new ArrayList<>();
                for (boolean reads : asked.get(c)) {
                    int k = random.nextInt(KEYS_IN_USE);
                    List<Long> list = lists.get(k);
                    if (reads) {
                        answer.add(Arrays.asList("r", keys[k], List.copyOf(list)));
                        continue;
                    }
                    list.add(list.size() + 1L);
                    answer.add(Arrays.asList("append", keys[k], (long) list.size()));
                    if (list.size() == APPENDS_A_KEY) {
                        keys[k] = newKey++;
                        lists.set(k, new ArrayList<>());
                    }
                }
                seen.set(c, answer);
            } else {
                builder.ok(time, process, new Result.Value(seen.get(c)));
                asked.set(c, List.of());
                seen.set(c, List.of());
                open--;
            }
        }
        return builder.build();
    }

    /// One to four steps, true for a read.
    private static List<Boolean> ask(SplittableRandom random) {
        List<Boolean> steps = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int s = 0; s < count; s++) {
            steps.add(random.nextBoolean());
        }
        return steps;
    }
}

package dev.ordeal.checker.txn;

import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.txn.SerialOrders.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Histories that are strictly serializable by construction: every transaction takes effect at one moment between its
/// invocation and its return; some are never answered, and of these some take effect; some fail and have none.
final class SimulatedDatabase {
    private SimulatedDatabase() {}

    private record Planned(Txn txn, long moment) {}

    static List<Txn> run(
            RandomGenerator random,
            int size,
            int processes,
            int keys,
            boolean lists,
            int lossPercent) {
        List<Planned> planned = new ArrayList<>();
        Map<Integer, Integer> nextValue = new HashMap<>();
        long[] free = new long[processes];
        int[] name = new int[processes];
        for (int i = 0; i < size; i++) {
            int p = random.nextInt(processes);
            long invoked = free[p] + 1 + random.nextInt(10);
            long returned = invoked + random.nextInt(20);
            free[p] = returned;
            String process = p + "/" + name[p];
            List<MicroOp> steps = new ArrayList<>();
            int length = 1 + random.nextInt(4);
            for (int s = 0; s < length; s++) {
                Integer key = random.nextInt(keys);
                if (random.nextBoolean()) {
                    steps.add(new MicroOp.Unseen(key));
                } else {
                    Integer value = nextValue.merge(key, 1, Integer::sum);
                    steps.add(
                            lists ? new MicroOp.Append(key, value) : new MicroOp.Write(key, value));
                }
            }
            boolean lost = random.nextInt(100) < lossPercent;
            Outcome outcome =
                    !lost ? Outcome.OK : random.nextInt(3) == 0 ? Outcome.FAILED : Outcome.UNKNOWN;
            boolean happens =
                    outcome == Outcome.OK || (outcome == Outcome.UNKNOWN && random.nextBoolean());
            long moment = invoked + random.nextLong(returned - invoked + 1);
            if (outcome == Outcome.UNKNOWN) {
                moment += random.nextInt(100);
                name[p]++;
            }
            planned.add(
                    new Planned(
                            new Txn(process, steps, outcome, invoked, returned),
                            happens ? moment : -1));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingLong(i -> planned.get(i).moment));
        List<Txn> history = new ArrayList<>(planned.stream().map(Planned::txn).toList());
        Map<Object, List<Object>> state = new HashMap<>();
        for (int i : order) {
            if (planned.get(i).moment >= 0) {
                history.set(i, execute(history.get(i), state, lists));
            }
        }
        history.sort(Comparator.comparingLong(Txn::invoked));
        return history;
    }

    private static Txn execute(Txn txn, Map<Object, List<Object>> state, boolean lists) {
        List<MicroOp> seen = new ArrayList<>();
        for (MicroOp step : txn.steps()) {
            List<Object> now = state.computeIfAbsent(step.key(), k -> new ArrayList<>());
            switch (step) {
                case MicroOp.Append(var key, var element) -> now.add(element);
                case MicroOp.Write(var key, var value) -> now.add(value);
                case MicroOp.ReadList r -> throw new IllegalStateException(r.toString());
                case MicroOp.ReadValue r -> throw new IllegalStateException(r.toString());
                case MicroOp.Unseen(var key) -> {
                    if (txn.outcome() == Outcome.OK) {
                        seen.add(
                                lists
                                        ? new MicroOp.ReadList(key, List.copyOf(now))
                                        : new MicroOp.ReadValue(
                                                key, now.isEmpty() ? null : now.getLast()));
                        continue;
                    }
                }
            }
            seen.add(step);
        }
        return new Txn(txn.process(), seen, txn.outcome(), txn.invoked(), txn.returned());
    }
}

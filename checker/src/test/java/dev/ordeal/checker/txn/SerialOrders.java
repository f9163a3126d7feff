package dev.ordeal.checker.txn;

import dev.ordeal.checker.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The oracle: tries all serial orders. Shares nothing with what it judges.
final class SerialOrders {
    record Txn(String process, List<MicroOp> steps, Outcome outcome, long invoked, long returned) {
        boolean precedes(Txn other) {
            return outcome == Outcome.OK && returned < other.invoked;
        }
    }

    private SerialOrders() {}

    static Transactions columns(List<Txn> history) {
        Transactions transactions = new Transactions();
        for (int i = 0; i < history.size(); i++) {
            Txn t = history.get(i);
            transactions.add(i, t.process, t.steps, t.outcome, t.invoked, t.returned);
        }
        return transactions;
    }

    /// Whether some serial order of those that committed and some of those nobody knows of explains every read.
    static boolean exists(List<Txn> history, boolean strict) {
        List<Txn> maybe = history.stream().filter(t -> t.outcome != Outcome.FAILED).toList();
        return search(maybe, new boolean[maybe.size()], new HashMap<>(), strict);
    }

    private static boolean search(
            List<Txn> history, boolean[] done, Map<Object, Object> state, boolean strict) {
        boolean complete = true;
        for (int i = 0; i < history.size(); i++) {
            complete &= done[i] || history.get(i).outcome == Outcome.UNKNOWN;
        }
        if (complete) {
            return true;
        }
        for (int i = 0; i < history.size(); i++) {
            Txn next = history.get(i);
            if (done[i] || (strict && isPreceded(history, done, i))) {
                continue;
            }
            Map<Object, Object> after = apply(next, state);
            if (after != null) {
                done[i] = true;
                if (search(history, done, after, strict)) {
                    return true;
                }
                done[i] = false;
            }
        }
        return false;
    }

    private static boolean isPreceded(List<Txn> history, boolean[] done, int i) {
        for (int j = 0; j < history.size(); j++) {
            if (!done[j] && history.get(j).precedes(history.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Map<Object, Object> apply(Txn txn, Map<Object, Object> state) {
        Map<Object, Object> after = new HashMap<>(state);
        for (MicroOp step : txn.steps) {
            boolean possible =
                    switch (step) {
                        case MicroOp.Append(var key, var element) -> {
                            List<Object> list =
                                    new ArrayList<>((List<?>) after.getOrDefault(key, List.of()));
                            list.add(element);
                            after.put(key, list);
                            yield true;
                        }
                        case MicroOp.Write(var key, var value) -> {
                            after.put(key, value);
                            yield true;
                        }
                        case MicroOp.ReadList(var key, var elements) ->
                                elements.equals(after.getOrDefault(key, List.of()));
                        case MicroOp.ReadValue(var key, var value) ->
                                java.util.Objects.equals(value, after.get(key));
                        case MicroOp.Unseen(var key) -> true;
                    };
            if (!possible) {
                return null;
            }
        }
        return after;
    }
}

package dev.ordeal.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.HistoryBuilder;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Register;
import dev.ordeal.checker.online.OnlineRegisters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/// Every history of a few register operations whose values are written once, up to renaming: all kinds of operation, all
/// ways in which their intervals can lie, all values that somebody wrote. Random histories miss what this finds.
class ExhaustiveRegisterTest {
    private static final Model<Object> REGISTER = new Register("register");

    /// An operation; `value` is what is read or expected (0: absent, k: what operation k-1 writes), each writes its own
    /// number plus one.
    private record Op(String f, int value, boolean known) {
        boolean writes() {
            return f.equals("write") || f.equals("cas");
        }
    }

    @Test
    void everyHistoryOfUpToFourOperations() {
        for (int n = 1; n <= 4; n++) {
            System.out.println(n + " operations: " + all(n, true) + " histories");
        }
        if (Boolean.getBoolean("ordeal.nightly")) {
            System.out.println("5 operations, none refused: " + all(5, false) + " histories");
        }
    }

    private static long all(int n, boolean refused) {
        List<Op[]> combinations = new ArrayList<>();
        choose(new Op[n], 0, refused, combinations);
        LongAdder count = new LongAdder();
        combinations.parallelStream()
                .forEach(ops -> interleave(ops, new int[2 * n], 0, 0, 0, count));
        return count.sum();
    }

    private static void choose(Op[] ops, int at, boolean refused, List<Op[]> into) {
        if (at == ops.length) {
            for (Op op : ops) {
                if (op.value > 0 && !ops[op.value - 1].writes()) {
                    return;
                }
            }
            into.add(ops.clone());
            return;
        }
        ops[at] = new Op("write", -1, true);
        choose(ops, at + 1, refused, into);
        ops[at] = new Op("write", -1, false);
        choose(ops, at + 1, refused, into);
        for (int value = 0; value <= ops.length; value++) {
            ops[at] = new Op("read", value, true);
            choose(ops, at + 1, refused, into);
            ops[at] = new Op("cas", value, true);
            choose(ops, at + 1, refused, into);
            ops[at] = new Op("cas", value, false);
            choose(ops, at + 1, refused, into);
            if (refused) {
                ops[at] = new Op("refused", value, true);
                choose(ops, at + 1, refused, into);
            }
        }
    }

    /// Events: +k invokes operation k-1, -k returns it. Operations are invoked in the order of their numbers, which loses
    /// nothing, as all combinations are tried; unknown ones never return.
    private static void interleave(
            Op[] ops, int[] events, int length, int invoked, int returned, LongAdder count) {
        boolean done = invoked == ops.length;
        for (int k = 0; k < invoked && done; k++) {
            done = !ops[k].known || (returned & 1 << k) != 0;
        }
        if (done) {
            count.increment();
            check(ops, Arrays.copyOf(events, length));
            return;
        }
        if (invoked < ops.length) {
            events[length] = invoked + 1;
            interleave(ops, events, length + 1, invoked + 1, returned, count);
        }
        for (int k = 0; k < invoked; k++) {
            if (ops[k].known && (returned & 1 << k) == 0) {
                events[length] = -k - 1;
                interleave(ops, events, length + 1, invoked, returned | 1 << k, count);
            }
        }
    }

    private static void check(Op[] ops, int[] events) {
        History history = history(ops, events);
        boolean expected = BruteForce.linearizable(history, REGISTER);
        Budget budget = Bounds.defaults().start();
        Part part = Part.split(history, REGISTER)[0];
        Decision decision = new DistinctRegister().decide(part, REGISTER, budget);
        boolean right =
                switch (decision) {
                    case Decision.Linearizable(int[] order) ->
                            expected
                                    && Verifier.refute(history, REGISTER, List.of(order)).isEmpty();
                    case Decision.NotLinearizable violated -> !expected;
                    // Only where a refused compare-and-set finds no place.
                    case Decision.Unfit unfit ->
                            Arrays.stream(ops).anyMatch(op -> op.f.equals("refused"));
                    case Decision.Open open -> false;
                };
        assertThat(right)
                .withFailMessage(() ->
                        Arrays.toString(ops)
                                + " "
                                + Arrays.toString(events)
                                + " is linearizable: "
                                + expected
                                + ", but: "
                                + decision)
                .isTrue();
        // What event by event says of the end it said of every prefix: each is among these
        // histories.
        boolean exact = Arrays.stream(ops).noneMatch(op -> op.f.equals("refused"));
        boolean accused = accusedOnline(ops, events);
        assertThat(exact ? accused != expected : !accused || !expected)
                .withFailMessage(() ->
                        Arrays.toString(ops)
                                + " "
                                + Arrays.toString(events)
                                + " is linearizable: "
                                + expected
                                + ", but accused event by event: "
                                + accused)
                .isTrue();
    }

    private static boolean accusedOnline(Op[] ops, int[] events) {
        OnlineRegisters online = new OnlineRegisters();
        for (int time = 0; time < events.length; time++) {
            Long process = (long) Math.abs(events[time]) - 1;
            Op op = ops[process.intValue()];
            Long own = process + 1;
            Long seen = op.value <= 0 ? null : (Long) (long) op.value;
            boolean accused = false;
            if (events[time] > 0) {
                Object argument = op.f.equals("write") ? own : Arrays.asList(seen, own);
                String f = op.f.equals("refused") ? "cas" : op.f;
                online.invoke(time, process, f, null, argument, null);
            } else if (op.f.equals("refused")) {
                accused = online.fail(time, process).isPresent();
            } else {
                Result result = op.f.equals("read") ? new Result.Value(seen) : new Result.Unknown();
                accused = online.ok(time, process, result).isPresent();
            }
            if (accused) {
                return true;
            }
        }
        assertThat(online.unjudged()).isEmpty();
        return false;
    }

    private static History history(Op[] ops, int[] events) {
        HistoryBuilder builder = new HistoryBuilder();
        for (int time = 0; time < events.length; time++) {
            int k = Math.abs(events[time]) - 1;
            Op op = ops[k];
            Long own = (long) k + 1;
            Long seen = op.value <= 0 ? null : (Long) (long) op.value;
            if (events[time] > 0) {
                Result argument =
                        switch (op.f) {
                            case "read" -> new Result.Unknown();
                            case "write" -> new Result.Value(own);
                            default -> new Result.Value(Arrays.asList(seen, own));
                        };
                builder.invoke(
                        time,
                        (long) k,
                        op.f.equals("refused") ? "cas" : op.f,
                        null,
                        argument,
                        null,
                        null);
            } else if (op.f.equals("refused")) {
                builder.mismatch(time, (long) k);
            } else {
                builder.ok(
                        time,
                        (long) k,
                        op.f.equals("read") ? new Result.Value(seen) : new Result.Unknown());
            }
        }
        return builder.build();
    }
}

package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.Call;
import dev.ordeal.checker.model.Model;
import java.util.Arrays;

/// Rules that every register keeps and that need no order of operations: a value that is seen was written, by an operation
/// that did not certainly fail and that began before the sight of it ended. Finds violations only; O(n).
final class RegisterRules implements Engine {
    @Override
    public String name() {
        return "rules";
    }

    @Override
    public boolean knows(Model<?> model) {
        return !model.accesses().isEmpty();
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        String unfit = RegisterOps.unfit(part, model);
        if (unfit != null) {
            return new Decision.Unfit(unfit);
        }
        RegisterOps ops = RegisterOps.of(part, model, budget);
        budget.take(4L * ops.values);
        int[] firstWriter = new int[ops.values];
        Arrays.fill(firstWriter, -1);
        for (int i = 0; i < ops.n; i++) {
            if (ops.to[i] >= 0 && firstWriter[ops.to[i]] < 0) {
                // Operations stand in the order of their invocations: the first writer is the one
                // invoked first.
                firstWriter[ops.to[i]] = i;
            }
        }
        for (int i = 0; i < ops.n; i++) {
            budget.step();
            boolean saw =
                    ops.required(i)
                            && (ops.kind[i] == RegisterOps.READ || ops.kind[i] == RegisterOps.CAS);
            if (!saw || ops.from[i] == 0) {
                continue;
            }
            int writer = firstWriter[ops.from[i]];
            if (writer < 0) {
                return unwritten(part, i);
            }
            if (ops.ret[i] < ops.inv[writer]) {
                return early(part, i, writer);
            }
        }
        return new Decision.Unfit("no rule is broken");
    }

    /// A value was seen that nobody, or only a failed operation, wrote.
    static Decision unwritten(Part part, int i) {
        History history = part.history();
        int reader = part.operation(i);
        Object value = seen(history, reader);
        StringBuilder sentence =
                new StringBuilder(Words.operation(history, reader)).append(" saw a value that ");
        int failed = failedWriter(history, reader, value);
        if (failed < 0) {
            sentence.append("nobody wrote");
        } else {
            sentence.append("only a failed operation wrote, ")
                    .append(Words.operation(history, failed))
                    .append(
                            ": either an aborted write was visible, or that client took an unknown outcome for a failure");
        }
        return new Decision.NotLinearizable(
                sentence.toString(), new int[] {reader}, Decision.Progress.NONE);
    }

    /// A value was seen by an operation that ended before the first write of the value began.
    static Decision early(Part part, int i, int writer) {
        History history = part.history();
        int reader = part.operation(i);
        return new Decision.NotLinearizable(
                "%s ended before the value that it saw was written: %s"
                        .formatted(
                                Words.operation(history, reader),
                                Words.operation(history, part.operation(writer))),
                new int[] {reader},
                Decision.Progress.NONE);
    }

    private static Object seen(History history, int operation) {
        Call call = Call.of(history, operation);
        return call.f().equals("cas")
                ? call.expected()
                : call.result() instanceof Result.Value(Object value) && value != null
                        ? value
                        : Absent.ABSENT;
    }

    private static int failedWriter(History history, int reader, Object value) {
        for (int i = 0; i < history.size(); i++) {
            if (history.outcome(i) == Outcome.FAILED
                    && !history.observed(i)
                    && history.keyId(i) == history.keyId(reader)
                    && wrote(Call.of(history, i), value)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean wrote(Call call, Object value) {
        return value.equals(call.f().equals("cas") ? call.replacement() : call.argument());
    }
}

package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Values;
import dev.ordeal.checker.model.Absent;
import dev.ordeal.checker.model.Access;
import dev.ordeal.checker.model.Model;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A part as operations on a register, in arrays. The values that occur are numbered from 0; 0 is the initial value.
final class RegisterOps {
    /// Can be left out: it may have happened, but changes nothing.
    static final byte SKIP = 0;

    static final byte READ = 1;
    static final byte WRITE = 2;
    static final byte CAS = 3;

    /// A refused compare-and-set: the value was not `from`.
    static final byte REFUSED = 4;

    /// A read whose answer nobody knows; it must happen, whenever.
    static final byte BLIND = 5;

    final Part part;
    final int n;
    final byte[] kind;

    /// The value that must be current: what a read saw, what a compare-and-set expected; -1 for a write.
    final int[] from;

    /// The value that it makes current, -1 for none.
    final int[] to;

    final int[] inv;
    final int[] ret;

    /// How many values occur.
    final int values;

    /// Whether there are refused or blind operations.
    final boolean loose;

    private RegisterOps(
            Part part,
            byte[] kind,
            int[] from,
            int[] to,
            int[] inv,
            int[] ret,
            int values,
            boolean loose) {
        this.part = part;
        this.n = kind.length;
        this.kind = kind;
        this.from = from;
        this.to = to;
        this.inv = inv;
        this.ret = ret;
        this.values = values;
        this.loose = loose;
    }

    /// Why a part is not one of register operations, or null when it is.
    static @Nullable String unfit(Part part, Model<?> model) {
        if (model.accesses().isEmpty()) {
            return "the model " + model.name() + " is not a register";
        }
        History history = part.history();
        @Nullable Access[] accesses = accesses(history, model);
        for (int i = 0; i < part.size(); i++) {
            int operation = part.operation(i);
            Access access = accesses[history.fId(operation)];
            if (access == null) {
                return "there is a " + history.f(operation);
            }
            int argument = history.argumentId(operation);
            if (access == Access.CAS
                    && !(history.values().isList(argument)
                            && history.values().listSize(argument) == 2)) {
                return "a cas has no [expected, new]";
            }
        }
        return null;
    }

    private static @Nullable Access[] accesses(History history, Model<?> model) {
        @Nullable Access[] accesses = new Access[history.names().size()];
        for (int name = 0; name < accesses.length; name++) {
            accesses[name] = model.accesses().get(String.valueOf(history.names().get(name)));
        }
        return accesses;
    }

    /// Compiles a part that is not [#unfit].
    static RegisterOps of(Part part, Model<?> model, Budget budget) {
        History history = part.history();
        Values all = history.values();
        @Nullable Access[] accesses = accesses(history, model);
        Object first = model.initial();
        int initial = first == Absent.ABSENT ? Values.ABSENT : all.find(first);
        int n = part.size();
        // The arrays, and the map, which is never more than half full.
        budget.take(17L * n + 32L * Math.max(8, n));
        IntMap local = new IntMap(n);
        // A number that no value has stands for an initial value that never occurs.
        local.putIfAbsent(initial == Values.NONE ? Integer.MAX_VALUE : initial, 0);
        byte[] kind = new byte[n];
        int[] from = new int[n];
        int[] to = new int[n];
        int[] inv = new int[n];
        int[] ret = new int[n];
        boolean loose = false;
        for (int i = 0; i < n; i++) {
            budget.step();
            int operation = part.operation(i);
            inv[i] = part.invokeRank(i);
            ret[i] = part.returnRank(i);
            from[i] = -1;
            to[i] = -1;
            int argument = Math.max(0, history.argumentId(operation));
            switch (Objects.requireNonNull(accesses[history.fId(operation)])) {
                case READ -> {
                    int result = history.resultId(operation);
                    if (!part.required(i)) {
                        kind[i] = SKIP;
                    } else if (result == Values.NONE) {
                        kind[i] = BLIND;
                        loose = true;
                    } else {
                        kind[i] = READ;
                        from[i] = local.putIfAbsent(result, local.size());
                    }
                }
                case WRITE -> {
                    kind[i] = WRITE;
                    to[i] = local.putIfAbsent(argument, local.size());
                }
                case CAS -> {
                    from[i] = local.putIfAbsent(all.element(argument, 0), local.size());
                    if (history.outcome(operation) == Outcome.FAILED) {
                        kind[i] = part.required(i) ? REFUSED : SKIP;
                        loose |= part.required(i);
                    } else {
                        kind[i] = CAS;
                        to[i] = local.putIfAbsent(all.element(argument, 1), local.size());
                    }
                }
            }
        }
        return new RegisterOps(part, kind, from, to, inv, ret, local.size(), loose);
    }

    boolean required(int i) {
        return ret[i] != History.NEVER;
    }
}

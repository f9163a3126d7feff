package dev.ordeal.checker.txn;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The transactions of a history in columns: keys, and the versions of keys, are small numbers, so that millions fit.
/// A *version* is a key with one of its values (of a list: its last element); version 0 of a key is its initial one.
public final class Transactions {
    static final int APPEND = 0;
    static final int WRITE = 1;
    static final int READ = 2;
    static final int READ_LIST = 3;
    static final int UNSEEN = 4;

    /// Columns with room to grow; a step may bring a version, which has a place in a map.
    private static final int BYTES_A_TRANSACTION = 60;

    private static final int BYTES_A_STEP = 140;

    /// How much of a long list a sentence shows.
    private static final int SHOWN = 8;

    private final List<Object> keys = new ArrayList<>();
    private final Map<Object, Integer> keyNumbers = new HashMap<>();
    private final List<Map<Object, Integer>> versionNumbers = new ArrayList<>();
    private final Ints initial = new Ints();

    private final Ints versionKey = new Ints();
    private final List<@Nullable Object> versionValue = new ArrayList<>();
    private final Ints versionWriter = new Ints();
    private final Ints versionStep = new Ints();

    private final Map<String, Integer> processNumbers = new HashMap<>();
    private final List<String> processes = new ArrayList<>();
    private final Ints operation = new Ints();
    private final Ints process = new Ints();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long[] invoked = new long[16];
    private long[] returned = new long[16];
    private final Ints firstStep = new Ints();

    private final Ints stepKind = new Ints();
    private final Ints stepKey = new Ints();
    private final Ints stepVersion = new Ints();
    private final List<int[]> lists = new ArrayList<>();
    private @Nullable String ambiguity;

    /// The operations of a history, whose values are lists of micro-operations in Jepsen's form.
    ///
    /// @throws IllegalArgumentException with the operation that is not, and why
    public static Transactions of(History history) {
        return of(history, Bounds.defaults().start());
    }

    /// The same under a bound.
    ///
    /// @throws Exhausted when it was reached
    public static Transactions of(History history, Budget budget) {
        Transactions transactions = new Transactions();
        for (int i = 0; i < history.size(); i++) {
            budget.step();
            Operation operation = history.operation(i);
            boolean seen =
                    operation.outcome() == Outcome.OK && operation.result() instanceof Result.Value;
            Object value =
                    seen && operation.result() instanceof Result.Value(var answer)
                            ? answer
                            : operation.argument();
            if (!(value instanceof List<?> forms)) {
                throw new IllegalArgumentException(
                        "operation %d is no transaction: its value is %s, not a list of micro-operations"
                                .formatted(i, value));
            }
            List<MicroOp> steps = new ArrayList<>();
            for (Object form : forms) {
                MicroOp step = MicroOp.parse(form, seen);
                steps.add(step);
                budget.take(
                        step instanceof MicroOp.ReadList(var key, var elements)
                                ? BYTES_A_STEP + 4L * elements.size()
                                : BYTES_A_STEP);
            }
            budget.take(BYTES_A_TRANSACTION);
            transactions.add(
                    i,
                    operation.process(),
                    steps,
                    operation.outcome(),
                    operation.invokedNanos(),
                    operation.returnedNanos());
        }
        return transactions;
    }

    /// Adds one.
    ///
    /// @param operation number of the transaction in its history, for evidence
    /// @param returnedNanos `Long.MAX_VALUE`: may still take effect
    /// @return the transaction's number here
    public int add(
            int operation,
            String process,
            List<? extends MicroOp> steps,
            Outcome outcome,
            long invokedNanos,
            long returnedNanos) {
        int t = size();
        if (t == invoked.length) {
            invoked = Arrays.copyOf(invoked, t * 2);
            returned = Arrays.copyOf(returned, t * 2);
        }
        this.operation.add(operation);
        this.process.add(
                processNumbers.computeIfAbsent(
                        process,
                        p -> {
                            processes.add(p);
                            return processes.size() - 1;
                        }));
        outcomes.add(outcome);
        invoked[t] = invokedNanos;
        returned[t] = outcome == Outcome.OK ? returnedNanos : Long.MAX_VALUE;
        firstStep.add(stepKind.size());
        for (MicroOp step : steps) {
            int key = keyNumber(step.key());
            switch (step) {
                case MicroOp.Append(var k, var element) ->
                        step(APPEND, key, wrote(t, key, element));
                case MicroOp.Write(var k, var value) -> step(WRITE, key, wrote(t, key, value));
                case MicroOp.ReadValue(var k, var value) ->
                        step(READ, key, value == null ? initial(key) : version(key, value));
                case MicroOp.Unseen(var k) -> step(UNSEEN, key, -1);
                case MicroOp.ReadList(var k, var elements) -> {
                    int[] list = new int[elements.size()];
                    for (int i = 0; i < list.length; i++) {
                        list[i] = version(key, elements.get(i));
                    }
                    lists.add(list);
                    step(READ_LIST, key, lists.size() - 1);
                }
            }
        }
        return t;
    }

    private void step(int kind, int key, int version) {
        stepKind.add(kind);
        stepKey.add(key);
        stepVersion.add(version);
    }

    private int keyNumber(Object key) {
        Integer known = keyNumbers.get(key);
        if (known != null) {
            return known;
        }
        int number = keys.size();
        keyNumbers.put(key, number);
        keys.add(key);
        versionNumbers.add(new HashMap<>());
        initial.add(newVersion(number, null));
        return number;
    }

    private int version(int key, @Nullable Object value) {
        return versionNumbers.get(key).computeIfAbsent(value, v -> newVersion(key, v));
    }

    private int newVersion(int key, @Nullable Object value) {
        versionKey.add(key);
        versionValue.add(value);
        versionWriter.add(-1);
        versionStep.add(-1);
        return versionKey.size() - 1;
    }

    private int wrote(int t, int key, Object value) {
        int version = version(key, value);
        int before = versionWriter.get(version);
        if (before >= 0 && ambiguity == null) {
            ambiguity =
                    "%s was written to %s by operation %d and by operation %d: who wrote what a read saw cannot be told; let every write have a value of its own"
                            .formatted(
                                    value, keys.get(key), operation.get(before), operation.get(t));
        }
        versionWriter.set(version, t);
        versionStep.set(version, stepKind.size());
        return version;
    }

    /// Why this history cannot be judged: a value was written twice to a key.
    Optional<String> ambiguity() {
        return Optional.ofNullable(ambiguity);
    }

    public int size() {
        return operation.size();
    }

    int keyCount() {
        return keys.size();
    }

    int processCount() {
        return processes.size();
    }

    int versionCount() {
        return versionKey.size();
    }

    int initial(int key) {
        return initial.get(key);
    }

    int keyOf(int version) {
        return versionKey.get(version);
    }

    boolean isInitial(int version) {
        return initial.get(versionKey.get(version)) == version;
    }

    /// The transaction that wrote it, or -1.
    int writer(int version) {
        return versionWriter.get(version);
    }

    /// The step that wrote it, or -1.
    int writingStep(int version) {
        return versionStep.get(version);
    }

    int operation(int t) {
        return operation.get(t);
    }

    int process(int t) {
        return process.get(t);
    }

    boolean ok(int t) {
        return outcomes.get(t) == Outcome.OK;
    }

    boolean failed(int t) {
        return outcomes.get(t) == Outcome.FAILED;
    }

    long invoked(int t) {
        return invoked[t];
    }

    long returned(int t) {
        return returned[t];
    }

    int firstStep(int t) {
        return firstStep.get(t);
    }

    int endStep(int t) {
        return t + 1 < size() ? firstStep.get(t + 1) : stepKind.size();
    }

    int kind(int step) {
        return stepKind.get(step);
    }

    int key(int step) {
        return stepKey.get(step);
    }

    boolean writes(int step) {
        return kind(step) == APPEND || kind(step) == WRITE;
    }

    /// Written or read by this step, where it is no list.
    int version(int step) {
        return stepVersion.get(step);
    }

    int[] list(int step) {
        return lists.get(stepVersion.get(step));
    }

    String keyName(int key) {
        return String.valueOf(keys.get(key));
    }

    String valueName(int version) {
        return isInitial(version) ? "the initial state" : String.valueOf(versionValue.get(version));
    }

    /// "T7 (process 3: append x 4, read y [1 2])"; the number is that of the operation in the history.
    String describe(int t) {
        StringJoiner steps =
                new StringJoiner(", ", " (process " + processes.get(process(t)) + ": ", ")");
        for (int s = firstStep(t); s < endStep(t); s++) {
            if (s - firstStep(t) == SHOWN) {
                steps.add("…");
                break;
            }
            steps.add(describeStep(s));
        }
        return name(t) + steps;
    }

    String name(int t) {
        return "T" + operation(t);
    }

    private String describeStep(int s) {
        String key = keyName(key(s));
        return switch (kind(s)) {
            case APPEND -> "append " + key + " " + valueName(version(s));
            case WRITE -> "write " + key + " " + valueName(version(s));
            case READ ->
                    "read "
                            + key
                            + " "
                            + (isInitial(version(s)) ? "nothing" : valueName(version(s)));
            case READ_LIST -> "read " + key + " " + show(list(s));
            default -> "read " + key;
        };
    }

    String show(int[] list) {
        StringJoiner shown = new StringJoiner(" ", "[", "]");
        if (list.length > SHOWN) {
            shown.add("…");
        }
        for (int i = Math.max(0, list.length - SHOWN); i < list.length; i++) {
            shown.add(valueName(list[i]));
        }
        return shown.toString();
    }
}

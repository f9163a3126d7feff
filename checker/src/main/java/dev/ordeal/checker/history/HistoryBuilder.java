package dev.ordeal.checker.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds a [History] event by event and refuses what is not one: two open calls of a process, a return without a call,
/// time that goes backwards. One thread. After [#build] it must not be used again.
public final class HistoryBuilder {
    static final byte OK = 0;
    static final byte FAILED = 1;
    static final byte UNKNOWN = 2;
    static final byte OBSERVED = 1 | 4;

    /// Sequence numbers of more digits are kept in the text of the command.
    private static final int MOST_DIGITS = 9;

    private static final long MOST_SEQUENCE = 999_999_999;

    /// The columns of a history; an entry each operation.
    static final class Columns {
        private static final int FIRST_CAPACITY = 1 << 9;

        final Values values = new Values();
        final Values names = new Values();
        final Values processes = new Values();
        int size;
        int ranks;
        int[] process = new int[FIRST_CAPACITY];
        int[] f = new int[FIRST_CAPACITY];
        int[] key = new int[FIRST_CAPACITY];
        int[] argument = new int[FIRST_CAPACITY];
        int[] result = new int[FIRST_CAPACITY];

        /// A name's number plus one, so that 0 is "none".
        int[] node = new int[FIRST_CAPACITY];

        byte[] outcome = new byte[FIRST_CAPACITY];
        long[] invoked = new long[FIRST_CAPACITY];
        long[] returned = new long[FIRST_CAPACITY];
        int[] invokeRank = new int[FIRST_CAPACITY];
        int[] returnRank = new int[FIRST_CAPACITY];

        /// Only where there are any: names' numbers plus one.
        int @Nullable [] error;

        /// Only where there are any: "c7-12" is kept as the name "c7" (number plus one) and 12.
        int @Nullable [] session;

        int[] sequence = new int[0];

        /// Only where there are any: versions plus one, so that 0 is "none".
        long @Nullable [] version;

        void resize(int capacity) {
            process = Arrays.copyOf(process, capacity);
            f = Arrays.copyOf(f, capacity);
            key = Arrays.copyOf(key, capacity);
            argument = Arrays.copyOf(argument, capacity);
            result = Arrays.copyOf(result, capacity);
            node = Arrays.copyOf(node, capacity);
            outcome = Arrays.copyOf(outcome, capacity);
            invoked = Arrays.copyOf(invoked, capacity);
            returned = Arrays.copyOf(returned, capacity);
            invokeRank = Arrays.copyOf(invokeRank, capacity);
            returnRank = Arrays.copyOf(returnRank, capacity);
            if (error != null) {
                error = Arrays.copyOf(error, capacity);
            }
            if (session != null) {
                session = Arrays.copyOf(session, capacity);
                sequence = Arrays.copyOf(sequence, capacity);
            }
            if (version != null) {
                version = Arrays.copyOf(version, capacity);
            }
        }
    }

    private final Columns columns = new Columns();
    private final List<NemesisEvent> nemesis = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /// The open operation of each process plus one.
    private int[] open = new int[16];

    /// Operations that returned at the present time, whose ranks come after those of all invocations at that time.
    private int[] returning = new int[16];

    private int returningCount;
    private long nowNanos = Long.MIN_VALUE;
    private boolean timed = true;
    private long line;

    /// The numbers of values, for readers that have them without objects.
    public Values values() {
        return columns.values;
    }

    Values names() {
        return columns.names;
    }

    Values processes() {
        return columns.processes;
    }

    /// The line that errors of the next events are about.
    void line(long number) {
        line = number;
    }

    /// Adds something that the reader of the verdict should know about this history.
    public void note(String note) {
        notes.add(note);
    }

    /// Says that the file had no times and event numbers stand in their place.
    public void untimed() {
        timed = false;
    }

    /// A process calls an operation.
    ///
    /// @param argument the value it was given, or [Result.Unknown] when there is none
    /// @return the number of the operation
    public int invoke(
            long timeNanos,
            Object process,
            String f,
            @Nullable Object key,
            Result argument,
            @Nullable String node,
            @Nullable String command) {
        int operation = begin(timeNanos, columns.processes.of(process), f, key, argument, node);
        if (command != null) {
            command(operation, command);
        }
        return operation;
    }

    /// The same of a process by its number, of no command so far.
    int begin(
            long timeNanos,
            int process,
            String f,
            @Nullable Object key,
            Result argument,
            @Nullable String node) {
        int operation =
                invoke(
                        timeNanos,
                        process,
                        columns.names.ofText(f),
                        keyNumber(key),
                        number(argument));
        if (node != null) {
            node(operation, columns.names.ofText(node));
        }
        return operation;
    }

    /// A call returned successfully.
    public int ok(long timeNanos, Object process, Result result) {
        return complete(timeNanos, columns.processes.of(process), OK, number(result));
    }

    /// A call certainly had no effect.
    public int fail(long timeNanos, Object process, @Nullable String error) {
        int operation = complete(timeNanos, columns.processes.of(process), FAILED, Values.NONE);
        if (error != null) {
            error(operation, columns.names.ofText(error));
        }
        return operation;
    }

    /// A compare-and-set had no effect because it found another value.
    public int mismatch(long timeNanos, Object process) {
        int operation = complete(timeNanos, columns.processes.of(process), OBSERVED, Values.NONE);
        error(operation, columns.names.ofText("mismatch"));
        return operation;
    }

    /// A call ended without anyone knowing whether it had an effect; it is as if it never returned.
    public int unknown(long timeNanos, Object process, @Nullable String error) {
        int operation = complete(timeNanos, columns.processes.of(process), UNKNOWN, Values.NONE);
        if (error != null) {
            error(operation, columns.names.ofText(error));
        }
        return operation;
    }

    /// Something was done to the system ([NemesisEvent]).
    public void nemesis(long timeNanos, String f, Map<String, @Nullable Object> value) {
        advance(timeNanos);
        nemesis.add(new NemesisEvent(timeNanos, f, value));
    }

    private int number(Result result) {
        return switch (result) {
            case Result.Value(Object value) -> columns.values.of(value);
            case Result.Unknown() -> Values.NONE;
        };
    }

    private int keyNumber(@Nullable Object key) {
        return key == null ? Values.NONE : columns.values.of(key);
    }

    int invoke(long timeNanos, int process, int f, int key, int argument) {
        advance(timeNanos);
        if (process >= open.length) {
            open = Arrays.copyOf(open, Math.max(process + 1, open.length * 2));
        }
        if (open[process] != 0) {
            int other = open[process] - 1;
            throw new HistoryFormatException(
                    line,
                    "process %s invokes %s while its %s, invoked at %d ns, is still open: a process has one call at a time, give each client its own number"
                            .formatted(
                                    columns.processes.get(process),
                                    columns.names.get(f),
                                    columns.names.get(columns.f[other]),
                                    columns.invoked[other]));
        }
        int operation = columns.size;
        if (operation == columns.outcome.length) {
            columns.resize(operation + (operation >> 1));
        }
        columns.size++;
        open[process] = operation + 1;
        columns.process[operation] = process;
        columns.f[operation] = f;
        columns.key[operation] = key;
        columns.argument[operation] = argument;
        columns.result[operation] = Values.NONE;
        columns.outcome[operation] = UNKNOWN;
        columns.invoked[operation] = timeNanos;
        columns.returned[operation] = Operation.NEVER;
        columns.invokeRank[operation] = columns.ranks++;
        columns.returnRank[operation] = History.NEVER;
        return operation;
    }

    int complete(long timeNanos, int process, byte outcome, int result) {
        advance(timeNanos);
        if (process >= open.length || open[process] == 0) {
            throw new HistoryFormatException(
                    line,
                    "process %s returns from a call that it did not make: every return needs an invoke line before it"
                            .formatted(columns.processes.get(process)));
        }
        int operation = open[process] - 1;
        open[process] = 0;
        columns.outcome[operation] = outcome;
        columns.result[operation] = result;
        if (outcome != UNKNOWN) {
            columns.returned[operation] = timeNanos;
            if (returningCount == returning.length) {
                returning = Arrays.copyOf(returning, returningCount * 2);
            }
            returning[returningCount++] = operation;
        }
        return operation;
    }

    /// The operation that a process has open, or -1.
    int openOperation(int process) {
        return process < open.length ? open[process] - 1 : -1;
    }

    int fOf(int operation) {
        return columns.f[operation];
    }

    /// Corrects the argument of an open operation, for formats that tell it only when the call returns.
    void argument(int operation, int argument) {
        columns.argument[operation] = argument;
    }

    void node(int operation, int name) {
        columns.node[operation] = name + 1;
    }

    void error(int operation, int name) {
        if (columns.error == null) {
            columns.error = new int[columns.outcome.length];
        }
        columns.error[operation] = name + 1;
    }

    /// Notes where in the system's own order an operation took effect ([History#version]).
    public void version(int operation, long version) {
        if (columns.version == null) {
            columns.version = new long[columns.outcome.length];
        }
        columns.version[operation] = version + 1;
    }

    void command(int operation, String command) {
        int dash = command.lastIndexOf('-');
        int digits = command.length() - dash - 1;
        boolean numbered = dash > 0 && digits > 0 && digits <= MOST_DIGITS;
        int sequence = 0;
        for (int i = dash + 1; numbered && i < command.length(); i++) {
            char c = command.charAt(i);
            numbered = c >= '0' && c <= '9' && (c != '0' || digits == 1 || i > dash + 1);
            sequence = sequence * 10 + (c - '0');
        }
        if (numbered) {
            named(operation, command.substring(0, dash), sequence);
        } else {
            named(operation, command, -1);
        }
    }

    /// The same of a command that nobody has given its name yet.
    void command(int operation, String session, long sequence) {
        if (session.isEmpty() || sequence < 0 || sequence > MOST_SEQUENCE) {
            command(operation, History.commandName(session, sequence));
        } else {
            named(operation, session, (int) sequence);
        }
    }

    /// @param sequence -1 if the name is all there is
    private void named(int operation, String name, int sequence) {
        int[] session = columns.session;
        if (session == null) {
            session = new int[columns.outcome.length];
            columns.session = session;
            columns.sequence = new int[columns.outcome.length];
        }
        session[operation] = columns.names.ofText(name) + 1;
        columns.sequence[operation] = sequence;
    }

    private void advance(long timeNanos) {
        if (timeNanos == nowNanos) {
            return;
        }
        if (timeNanos < nowNanos) {
            throw new HistoryFormatException(
                    line,
                    "time goes backwards, from %d to %d ns: lines must be in the order of time"
                            .formatted(nowNanos, timeNanos));
        }
        giveReturnRanks();
        nowNanos = timeNanos;
    }

    private void giveReturnRanks() {
        for (int i = 0; i < returningCount; i++) {
            columns.returnRank[returning[i]] = columns.ranks++;
        }
        returningCount = 0;
    }

    /// The finished history. Calls that are still open never returned: their outcome is unknown.
    public History build() {
        giveReturnRanks();
        // A short history wastes little where it began.
        if (columns.size > Columns.FIRST_CAPACITY) {
            columns.resize(columns.size);
        }
        return new History(columns, nemesis, notes, timed, Math.max(0, nowNanos));
    }
}

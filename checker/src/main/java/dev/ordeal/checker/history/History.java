package dev.ordeal.checker.history;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// What the clients of a system did and saw, and what was done to the system meanwhile. Immutable and columnar: arrays of
/// numbers, about 60 bytes an operation plus its values, so that ten million operations fit into 2 GiB.
///
/// Operations are numbered by their invocation. All events (invocations and returns) have *ranks*, 0, 1, 2 …, in the order
/// of time; at equal times invocations come first, so that touching intervals are concurrent, which can only excuse.
/// `a` precedes `b` exactly when `returnRank(a) < invokeRank(b)`. An operation whose outcome is unknown never returns.
///
/// The methods with `Id` in their name answer numbers into [#values] for the engines; [#operation] is for people.
public final class History {
    /// The return rank of an operation that may still take effect.
    public static final int NEVER = Integer.MAX_VALUE;

    /// The version of an operation whose system said none.
    public static final long NO_VERSION = -1;

    private final HistoryBuilder.Columns columns;
    private final List<NemesisEvent> nemesis;
    private final List<String> notes;
    private final boolean timed;
    private final long endNanos;

    History(
            HistoryBuilder.Columns columns,
            List<NemesisEvent> nemesis,
            List<String> notes,
            boolean timed,
            long endNanos) {
        this.columns = columns;
        this.nemesis = List.copyOf(nemesis);
        this.notes = List.copyOf(notes);
        this.timed = timed;
        this.endNanos = endNanos;
    }

    /// How many operations there are.
    public int size() {
        return columns.size;
    }

    /// A readable view of one operation.
    public Operation operation(int i) {
        Values values = columns.values;
        int result = columns.result[i];
        return new Operation(
                i,
                process(i),
                f(i),
                key(i),
                argument(i),
                result == Values.NONE ? new Result.Unknown() : new Result.Value(values.get(result)),
                outcome(i),
                invokedNanos(i),
                returnedNanos(i),
                error(i),
                name(columns.node[i] - 1),
                command(i));
    }

    /// All operations as views, made when asked for.
    public List<Operation> operations() {
        return new Views();
    }

    private final class Views extends AbstractList<Operation> implements RandomAccess {
        @Override
        public Operation get(int index) {
            return operation(index);
        }

        @Override
        public int size() {
            return History.this.size();
        }
    }

    /// What was done to the system, in the order of time.
    public List<NemesisEvent> nemesis() {
        return nemesis;
    }

    /// What a reader should know about how this history was read: a torn last line, switches that were used.
    public List<String> notes() {
        return notes;
    }

    /// Whether the times are times. Otherwise the file had none, and a time is the number of the event.
    public boolean timed() {
        return timed;
    }

    /// The time of the last event.
    public long endNanos() {
        return endNanos;
    }

    public String process(int i) {
        return String.valueOf(columns.processes.get(columns.process[i]));
    }

    /// Processes as numbers from 0 upward; equal exactly when the processes are.
    public int processId(int i) {
        return columns.process[i];
    }

    public String f(int i) {
        return String.valueOf(columns.names.get(columns.f[i]));
    }

    /// The kind of operation as a number into [#names].
    public int fId(int i) {
        return columns.f[i];
    }

    /// The object an operation acts on, or null where the history has only one.
    public @Nullable Object key(int i) {
        return value(columns.key[i]);
    }

    /// What an operation was given; null where that is absent or there was nothing.
    public @Nullable Object argument(int i) {
        return value(columns.argument[i]);
    }

    private @Nullable Object value(int number) {
        return number == Values.NONE ? null : columns.values.get(number);
    }

    public int keyId(int i) {
        return columns.key[i];
    }

    public int argumentId(int i) {
        return columns.argument[i];
    }

    public int resultId(int i) {
        return columns.result[i];
    }

    public Outcome outcome(int i) {
        return switch (columns.outcome[i] & 3) {
            case 0 -> Outcome.OK;
            case 1 -> Outcome.FAILED;
            default -> Outcome.UNKNOWN;
        };
    }

    /// Whether a failed operation nevertheless saw something: a compare-and-set that found another value.
    public boolean observed(int i) {
        return columns.outcome[i] == HistoryBuilder.OBSERVED;
    }

    public long invokedNanos(int i) {
        return columns.invoked[i];
    }

    public long returnedNanos(int i) {
        return columns.returned[i];
    }

    public int invokeRank(int i) {
        return columns.invokeRank[i];
    }

    public int returnRank(int i) {
        return columns.returnRank[i];
    }

    /// How many invocations and returns there are; every rank but [#NEVER] is below.
    public int ranks() {
        return columns.ranks;
    }

    public @Nullable String error(int i) {
        return columns.error == null ? null : name(columns.error[i] - 1);
    }

    public @Nullable String node(int i) {
        return name(columns.node[i] - 1);
    }

    public @Nullable String command(int i) {
        if (columns.session == null || columns.session[i] == 0) {
            return null;
        }
        String session = String.valueOf(name(columns.session[i] - 1));
        int sequence = columns.sequence[i];
        return sequence < 0 ? session : commandName(session, sequence);
    }

    /// What a command of a session is called.
    static String commandName(String session, long sequence) {
        return session + "-" + sequence;
    }

    /// Where in the system's own order of all changes the operation took effect, as the system said: of a change its place, of
    /// what only looked (a read, a compare-and-set that did not match) that of the last change it saw. It is the index in the
    /// log of a Raft service, the revision of etcd; [#NO_VERSION] when nothing was said. A claim of the system on trial: to be
    /// verified before it is used.
    public long version(int i) {
        return columns.version == null ? NO_VERSION : columns.version[i] - 1;
    }

    private @Nullable String name(int number) {
        return number < 0 ? null : String.valueOf(columns.names.get(number));
    }

    /// All values, keys, arguments and results by number.
    public Values values() {
        return columns.values;
    }

    /// Kinds of operation, nodes and errors by number.
    public Values names() {
        return columns.names;
    }
}

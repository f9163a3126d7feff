package dev.ordeal.node.machine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Keys with texts, lists or declared lists, and the table of sessions.
///
/// Everything is decided by the commands in the order of the log and by the time that the log has, nothing by clocks or chance. One thread owns a machine.
/// Applying costs the same however large the state is, the digest included, and reading does. Capturing the state costs as much as
/// there are sessions, however many keys there are.
public final class KeyValueMachine {
    /// How many sessions are remembered unless the constructor says otherwise.
    public static final int DEFAULT_MAX_SESSIONS = 65_536;

    private final CapturableMap<Cell> cells = new CapturableMap<>();

    private static final long DECLARED = Hash.of("declared");
    private static final long TIME = Hash.of("time");

    /// In the order in which they were last used, so that the one idle for longest (by the log, hence on every node the same)
    /// is forgotten first: to look one up is to use it.
    private final LinkedHashMap<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    private final Declarations declarations;
    private final Retries retries;
    private final int maxSessions;
    private boolean forgotAnySession;

    /// Of the log, in milliseconds.
    private long time;

    /// The sum of a hash per key and per session, and of the time's. A sum does not depend on the order of its parts and can be corrected
    /// when one of them changes, so the digest never walks the state.
    private long digest;

    private sealed interface Cell {
        long hash();

        Value value();
    }

    private record TextCell(String text, long hash) implements Cell {
        @Override
        public Value value() {
            return new Value.Text(text);
        }
    }

    private record DeclaredCell(Value.Declared value, long hash) implements Cell {
        DeclaredCell(List<String> names) {
            this(new Value.Declared(names), DeclaredCell.hash(names));
        }

        /// No list of elements has it.
        private static long hash(List<String> names) {
            long hash = names.size();
            for (String name : names) {
                hash = Hash.combine(hash, Hash.of(name));
            }
            return Hash.combine(DECLARED, hash);
        }
    }

    private record ListCell(GrowingList elements, long elementsHash) implements Cell {
        static final ListCell EMPTY = new ListCell(GrowingList.EMPTY, 0);

        ListCell with(String element) {
            return new ListCell(
                    elements.with(element), Hash.combine(elementsHash, Hash.of(element)));
        }

        @Override
        public long hash() {
            return Hash.combine(elements.size(), elementsHash);
        }

        @Override
        public Value value() {
            return new Value.Elements(elements);
        }
    }

    /// What is known of a session, with its part of the digest, which is added when it comes and taken away when it goes.
    private static final class Session {
        private final long nameHash;
        private MachineState.Session known;
        private long hash;

        Session(MachineState.Session known) {
            this.nameHash = Hash.of(known.name());
            this.known = known;
            this.hash = hashNow();
        }

        void use(MachineState.Session nowKnown) {
            known = nowKnown;
            hash = hashNow();
        }

        private long hashNow() {
            long command =
                    Hash.combine(Hash.combine(known.sequence(), known.index()), known.usedAt());
            return Hash.combine(nameHash, Hash.combine(command, hashOf(known.answer())));
        }
    }

    public KeyValueMachine() {
        this(DEFAULT_MAX_SESSIONS);
    }

    public KeyValueMachine(Declarations declarations, Retries retries) {
        this(declarations, retries, DEFAULT_MAX_SESSIONS);
    }

    public KeyValueMachine(int maxSessions) {
        this(new Declarations(), new Retries(), maxSessions);
    }

    private KeyValueMachine(Declarations declarations, Retries retries, int maxSessions) {
        this.declarations = declarations;
        this.retries = retries;
        if (maxSessions < 1) {
            throw new IllegalArgumentException("at least one session must fit: " + maxSessions);
        }
        this.maxSessions = maxSessions;
    }

    /// The time of the log, in milliseconds.
    public long time() {
        return time;
    }

    /// The next committed command brings this time along. Time moves on and never back, whoever leads; and the sessions that have
    /// rested for as long as the entry says end here, on every replica alike (thesis §6.3).
    public void advance(LogTime said) {
        if (said.millis() > time) {
            digest += hashOfTime(said.millis()) - hashOfTime(time);
            time = said.millis();
        }
        if (said.sessionTimeoutMillis() == 0) {
            return;
        }
        while (!sessions.isEmpty()
                && time - eldest().known.usedAt() >= said.sessionTimeoutMillis()) {
            forgetEldest();
        }
    }

    private static long hashOfTime(long time) {
        return time == 0 ? 0 : Hash.combine(TIME, time);
    }

    /// Applies the next committed command, whose time has come ([#advance]). A command of a session is applied once, however
    /// often it is committed.
    ///
    /// @param index where it stands in the log
    public Result apply(long index, CommandId id, Command command) {
        if (!id.inSession()) {
            return execute(command);
        }
        @Nullable Session session = sessions.get(id.session());
        if (session != null && retries.isRetry(id.sequence(), session.known.sequence())) {
            MachineState.Session known = session.known;
            remember(
                    session,
                    new MachineState.Session(
                            known.name(), known.sequence(), known.index(), known.answer(), time));
            return id.sequence() == known.sequence()
                    ? new Result.Repeated(known.answer(), known.index())
                    : new Result.Forgotten(known.sequence());
        }
        if (session == null && id.sequence() > 1 && forgotAnySession) {
            // This may be a session we have forgotten, and the command a retry of one already
            // applied. As long as none
            // was ever forgotten, an unknown session is a new one whose first commands never got
            // here.
            return new Result.Rejected(
                    "session " + id.session() + " is unknown or was forgotten: start a new one");
        }
        Result.Answer answer = execute(command);
        remember(
                session,
                new MachineState.Session(id.session(), id.sequence(), index, answer, time));
        return answer;
    }

    /// What the key holds, or `null` when it is absent.
    public @Nullable Value read(String key) {
        Cell cell = cells.get(key);
        return cell == null ? null : cell.value();
    }

    /// A hash of the whole state, sessions included: machines that differ have, but for one chance in 2^64, different
    /// digests; machines that are equal always have the same.
    public long digest() {
        return digest;
    }

    /// All of the state, as it is now and stays, whatever is applied afterwards; for any thread.
    public MachineState state() {
        MachineState.Session[] remembered = new MachineState.Session[sessions.size()];
        int count = 0;
        for (Session session : sessions.values()) {
            remembered[count++] = session.known;
        }
        return new MachineState(
                cells.capture(Cell::value), List.of(remembered), forgotAnySession, time);
    }

    /// Takes this state in place of its own, of which nothing is left.
    public void replace(MachineState state) {
        cells.clear();
        sessions.clear();
        time = state.time();
        digest = hashOfTime(time);
        state.values()
                .forEach((key, value) -> {
                    Cell cell = cell(value);
                    cells.put(key, cell);
                    digest += Hash.combine(Hash.of(key), cell.hash());
                });
        for (MachineState.Session known : state.sessions()) {
            add(known);
        }
        forgotAnySession = state.forgotAnySession();
    }

    private Cell cell(Value value) {
        return switch (value) {
            case Value.Declared(List<String> names) -> new DeclaredCell(names);
            case Value.Text(String text) -> new TextCell(text, Hash.of(text));
            case Value.Elements(List<String> elements) -> {
                ListCell list = ListCell.EMPTY;
                for (String element : elements) {
                    list = list.with(element);
                }
                yield list;
            }
        };
    }

    private Result.Answer execute(Command command) {
        String key = command.key();
        Cell cell = cells.get(key);
        if (cell instanceof DeclaredCell && !(command instanceof Command.Declare)) {
            return new Result.Rejected(
                    "key " + key + " holds a declared list, which never changes");
        }
        return switch (command) {
            case Command.Declare(String round, List<String> names) -> declare(round, cell, names);
            case Command.Write(String k, String value) -> {
                put(key, cell, value);
                yield new Result.Done();
            }
            case Command.Cas(String k, @Nullable String expected, String value) -> {
                @Nullable String current = cell instanceof TextCell held ? held.text : null;
                if (cell instanceof ListCell || !Objects.equals(current, expected)) {
                    yield new Result.Mismatch(cell == null ? null : cell.value());
                }
                put(key, cell, value);
                yield new Result.Done();
            }
            case Command.Append(String k, String element) -> {
                if (cell instanceof TextCell) {
                    yield new Result.Rejected("key " + key + " holds a text, not a list");
                }
                ListCell list = cell instanceof ListCell held ? held : ListCell.EMPTY;
                put(key, cell, list.with(element));
                yield new Result.Done();
            }
            case Command.Delete(String k) -> {
                digest -= cell == null ? 0 : Hash.combine(Hash.of(key), cell.hash());
                cells.remove(key);
                yield new Result.Done();
            }
            case Command.Increment(String k, long by) -> increment(key, cell, by);
        };
    }

    private Result.Answer declare(String round, @Nullable Cell cell, List<String> names) {
        return switch (cell) {
            case null -> {
                put(round, null, new DeclaredCell(names));
                yield new Result.Done();
            }
            case DeclaredCell(Value.Declared(List<String> declared), long hash) -> {
                List<String> now = declarations.again(declared, names);
                if (now.equals(declared)) {
                    yield new Result.Mismatch(cell.value());
                }
                put(round, cell, new DeclaredCell(now));
                yield new Result.Done();
            }
            case TextCell text -> declaredElsewhere(round);
            case ListCell list -> declaredElsewhere(round);
        };
    }

    private static Result.Rejected declaredElsewhere(String round) {
        return new Result.Rejected("key " + round + " holds something else than a declared list");
    }

    private Result.Answer increment(String key, @Nullable Cell cell, long by) {
        @Nullable Long held =
                switch (cell) {
                    case null -> (Long) 0L;
                    case TextCell text -> number(text.text);
                    case ListCell list -> null;
                    case DeclaredCell declared -> null;
                };
        if (held == null) {
            return new Result.Rejected("key " + key + " does not hold a whole number of 64 bits");
        }
        long sum = held + by;
        if (((held ^ sum) & (by ^ sum)) < 0) {
            return new Result.Rejected("key " + key + " cannot count beyond 64 bits");
        }
        put(key, cell, Long.toString(sum));
        return new Result.Counted(sum);
    }

    /// A number as this machine writes it, so that equal numbers are equal texts.
    private static @Nullable Long number(String text) {
        try {
            Long number = Long.valueOf(text);
            return number.toString().equals(text) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void put(String key, @Nullable Cell old, String value) {
        put(key, old, new TextCell(value, Hash.of(value)));
    }

    private void put(String key, @Nullable Cell old, Cell next) {
        long keyHash = Hash.of(key);
        digest -= old == null ? 0 : Hash.combine(keyHash, old.hash());
        digest += Hash.combine(keyHash, next.hash());
        cells.put(key, next);
    }

    /// @param session the one that has been looked up; null for a new one
    private void remember(@Nullable Session session, MachineState.Session known) {
        if (session == null) {
            add(known);
            if (sessions.size() > maxSessions) {
                forgetEldest();
            }
        } else {
            digest -= session.hash;
            session.use(known);
            digest += session.hash;
        }
    }

    private void add(MachineState.Session known) {
        Session session = new Session(known);
        sessions.put(known.name(), session);
        digest += session.hash;
    }

    /// The one idle for longest.
    private Session eldest() {
        return sessions.values().iterator().next();
    }

    private void forgetEldest() {
        Session eldest = eldest();
        digest -= eldest.hash;
        sessions.remove(eldest.known.name());
        forgotAnySession = true;
    }

    private static long hashOf(Result.Answer answer) {
        return switch (answer) {
            case Result.Done() -> 1;
            case Result.Mismatch(@Nullable Value current) -> Hash.combine(2, hashOf(current));
            case Result.Rejected(String reason) -> Hash.combine(3, Hash.of(reason));
            case Result.Counted(long sum) -> Hash.combine(4, sum);
        };
    }

    private static long hashOf(@Nullable Value value) {
        return switch (value) {
            case null -> 0;
            case Value.Text(String text) -> Hash.of(text);
            case Value.Elements(List<String> elements) -> elements.size();
            case Value.Declared(List<String> names) -> Hash.combine(DECLARED, names.size());
        };
    }
}

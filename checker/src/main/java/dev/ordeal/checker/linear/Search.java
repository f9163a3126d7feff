package dev.ordeal.checker.linear;

import dev.ordeal.checker.bounds.Budget;
import dev.ordeal.checker.bounds.Exhausted;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// The general search, driven by deadlines: an operation must be put into the order only when its return is reached, so a
/// configuration is (the return that is next, which open operations are already done, the state). Memory follows the
/// concurrency of the history, not its length.
///
/// Open required operations hold *slots*, which are given out again after their return; optional operations have a bit each
/// for good. Each improvement is a [Switches] of its own, so that tests can hold them against each other.
final class Search implements Engine {
    /// What the search makes use of. All on is fastest; the answer never depends on them.
    ///
    /// @param eager an operation that changes nothing is taken the moment it fits, and never branched on
    /// @param symmetry of equal open operations the one with the earliest deadline goes first
    /// @param dominance a configuration that used up more optional operations than one already seen is pointless, and so is
    ///     an optional operation that changes nothing; so they are used as late as can be ([Deferred])
    /// @param goals a state from which an operation that must return soon can never fit is left at once, and states on which
    ///     nothing that is left depends are one; so far as the [Model] says what leads where
    /// @param lookAhead first what must return now, then what makes that possible, then by deadline
    record Switches(
            boolean eager, boolean symmetry, boolean dominance, boolean goals, boolean lookAhead) {
        static final Switches ALL = new Switches(true, true, true, true, true);
    }

    private final Switches switches;
    private final boolean explains;

    Search(Switches switches, boolean explains) {
        this.switches = switches;
        this.explains = explains;
    }

    @Override
    public String name() {
        return "search";
    }

    @Override
    public String why() {
        return "no other engine knows this model";
    }

    @Override
    public Decision decide(Part part, Model<?> model, Budget budget) {
        return run(part, model, budget);
    }

    private <S> Decision run(Part part, Model<S> model, Budget budget) {
        return new Run<>(part, model, budget, switches, explains).decide();
    }

    private static final class Run<S> {
        private static final int NEVER = Integer.MAX_VALUE;

        /// How many returns ahead goals are looked for, and among how many operations that are not invoked yet what rescues
        /// them: more cost more than they spare.
        private static final int MOST_GOALS = 4;

        private static final int MOST_RESCUERS = 64;

        /// Among more kinds of operation it takes too long to find the last one that a state matters to.
        private static final int MOST_KINDS = 512;

        private final Part part;
        private final Budget budget;
        private final Switches switches;
        private final boolean explains;
        private final Transitions<S> transitions;
        private final int n;

        /// How many returns there are; level l waits for the return of `byReturn[l]`.
        private final int levels;

        private final int[] byReturn;

        /// The level of an operation's return, [#NEVER] for optional ones.
        private final int[] level;

        private final int[] kind;
        private final boolean[] pure;

        /// Operations that can matter, by invocation; how many of them are invoked before the return of a level.
        private final int[] invoked;

        private final int[] invokedBefore;

        /// The slot of a required operation, the bit of an optional one.
        private final int[] slot;

        private final int[] occupant;
        private final int[] formerOccupant;
        private final int[] optional;
        private final int doneWords;
        private final int usedWords;

        private final boolean asksForLast;

        /// The kinds of operation that are not [blind][Transitions#blind], by the last level at which one returns, the last
        /// one first: the complement of that level, and the kind.
        private final long[] dependent;

        /// By state, what [#lastFor] answers plus one, -1 for -1, 0 where it was not asked.
        private int[] lastFor = new int[16];

        /// Stands for all states on which nothing that is left depends: the one for which that is true first.
        private int indifferent = Transitions.NONE;

        // The configuration at hand.
        private int at;
        private int state;
        private int opened;
        private int openedOptional;
        private final long[] done;
        private final long[] used;

        // The way to it: frames of fixed size and their candidates.
        private long[] frames;
        private int[] candidates;
        private int candidateCount;

        /// Uses of optional operations that are put off.
        private final Deferred deferred;

        private final Memo memo;
        private final int[] stamp;
        private int stampNow;

        /// The furthest configuration, by its number in the memo, and its level.
        private int best;

        private int bestLevel = -1;

        /// The furthest return because of which a configuration was left.
        private int lostLevel = -1;

        /// Once all is decided the way is gone again, to note it down; that costs no steps.
        private boolean replaying;

        private int[] order = new int[0];
        private int orderLength;

        Run(Part part, Model<S> model, Budget budget, Switches switches, boolean explains) {
            this.part = part;
            this.budget = budget;
            this.switches = switches;
            this.explains = explains;
            transitions = new Transitions<>(part, model, budget);
            n = part.size();
            budget.take(45L * n);
            level = new int[n];
            kind = new int[n];
            slot = new int[n];
            formerOccupant = new int[n];
            boolean[] pureKind = new boolean[transitions.kinds()];
            for (int k = 0; k < pureKind.length; k++) {
                pureKind[k] = transitions.readOnly(k);
            }
            pure = pureKind;
            long[] returns = new long[n];
            int[] events = new int[n];
            int required = 0;
            int matter = 0;
            for (int i = 0; i < n; i++) {
                budget.step();
                kind[i] = transitions.kind(i);
                level[i] = NEVER;
                if (part.required(i)) {
                    returns[required++] = ((long) part.returnRank(i) << 32) | i;
                } else if (pure[kind[i]]) {
                    // It may have happened, and nobody could tell.
                    continue;
                }
                events[matter++] = i;
            }
            Arrays.sort(returns, 0, required);
            levels = required;
            byReturn = new int[required];
            for (int l = 0; l < required; l++) {
                byReturn[l] = (int) returns[l];
                level[byReturn[l]] = l;
            }
            invoked = Arrays.copyOf(events, matter);
            invokedBefore = new int[required];
            int[] free = new int[16];
            int freeCount = 0;
            int slots = 0;
            int optionals = 0;
            int next = 0;
            for (int l = 0; l < required; l++) {
                budget.step();
                int returning = byReturn[l];
                int returnRank = part.returnRank(returning);
                while (next < matter && part.invokeRank(invoked[next]) < returnRank) {
                    int i = invoked[next++];
                    if (level[i] == NEVER) {
                        slot[i] = optionals++;
                    } else {
                        slot[i] = freeCount > 0 ? free[--freeCount] : slots++;
                    }
                }
                invokedBefore[l] = next;
                if (freeCount == free.length) {
                    free = Arrays.copyOf(free, freeCount * 2);
                }
                free[freeCount++] = slot[returning];
            }
            asksForLast = switches.goals() && transitions.kinds() <= MOST_KINDS;
            dependent = asksForLast ? dependent() : new long[0];
            occupant = new int[slots];
            Arrays.fill(occupant, -1);
            optional = new int[optionals];
            doneWords = (slots + 63) / 64;
            usedWords = (optionals + 63) / 64;
            done = new long[doneWords];
            used = new long[usedWords];
            budget.take(512L * frameSize());
            frames = new long[64 * frameSize()];
            candidates = new int[256];
            deferred = new Deferred(budget);
            memo = new Memo(doneWords, usedWords, switches.dominance(), budget);
            stamp = new int[transitions.kinds()];
        }

        private long[] dependent() {
            int[] last = new int[transitions.kinds()];
            Arrays.fill(last, -1);
            for (int i : invoked) {
                if (!transitions.blind(kind[i])) {
                    last[kind[i]] = Math.max(last[kind[i]], Math.min(level[i], NEVER - 1));
                }
            }
            return IntStream.range(0, last.length)
                    .filter(k -> last[k] >= 0)
                    .mapToLong(k -> ((long) ~last[k] << 32) | k)
                    .sorted()
                    .toArray();
        }

        // A frame: [level, state], [number in the memo, -], [next candidate, end], done…, used…
        private int frameSize() {
            return 3 + doneWords + usedWords;
        }

        Decision decide() {
            try {
                return search();
            } catch (Exhausted e) {
                return new Decision.Open(e.why(), progress());
            }
        }

        private Decision search() {
            if (levels == 0) {
                return new Decision.Linearizable(new int[0]);
            }
            open();
            int depth = 0;
            int from = 0;
            int by = -1;
            while (true) {
                if (settle()) {
                    return new Decision.Linearizable(indexes(replay(from, by)));
                }
                int configuration =
                        switches.goals() && isLost()
                                ? 0
                                : memo.add(at, state, done, used, from, by);
                if (configuration != 0) {
                    if (at > bestLevel) {
                        bestLevel = at;
                        best = configuration;
                    }
                    push(depth++, configuration);
                }
                depth = backToOneWithCandidates(depth);
                if (depth > 0) {
                    int frame = (depth - 1) * frameSize();
                    int next = (int) (frames[frame + 2] >>> 32);
                    frames[frame + 2] += 1L << 32;
                    restore(frame);
                    from = (int) (frames[frame + 1] >>> 32);
                    by = candidates[next];
                } else if (deferred.next()) {
                    from = deferred.configuration();
                    by = deferred.operation();
                    at = memo.level(from);
                    state = memo.state(from);
                    memo.load(from, done, used);
                    open();
                } else {
                    return violated();
                }
                take(by);
                budget.step();
            }
        }

        private int backToOneWithCandidates(int depth) {
            int left = depth;
            while (left > 0) {
                int frame = (left - 1) * frameSize();
                int end = (int) frames[frame + 2];
                candidateCount = end;
                if ((int) (frames[frame + 2] >>> 32) < end) {
                    return left;
                }
                left--;
            }
            candidateCount = 0;
            return 0;
        }

        /// Opens what is invoked before the return that is waited for, and nothing else.
        private void open() {
            int count = invokedBefore[at];
            while (opened > count) {
                int i = invoked[--opened];
                if (level[i] == NEVER) {
                    openedOptional--;
                } else {
                    occupant[slot[i]] = formerOccupant[i];
                }
            }
            while (opened < count) {
                int i = invoked[opened++];
                if (level[i] == NEVER) {
                    optional[openedOptional++] = i;
                } else {
                    formerOccupant[i] = occupant[slot[i]];
                    occupant[slot[i]] = i;
                }
            }
        }

        private void restore(int frame) {
            at = (int) (frames[frame] >>> 32);
            state = (int) frames[frame];
            System.arraycopy(frames, frame + 3, done, 0, doneWords);
            System.arraycopy(frames, frame + 3 + doneWords, used, 0, usedWords);
            open();
        }

        private void take(int i) {
            state = canonical(transitions.next(state, kind[i]));
            long[] bits = level[i] == NEVER ? used : done;
            bits[slot[i] >> 6] |= 1L << slot[i];
            if (replaying) {
                order[orderLength++] = i;
            }
        }

        /// A state, or where nothing that is left depends on it, one that stands for all such.
        private int canonical(int state) {
            if (!isIndifferent(state)) {
                return state;
            }
            if (indifferent == Transitions.NONE || lastFor(state) < lastFor(indifferent)) {
                indifferent = state;
            }
            return indifferent;
        }

        private boolean isIndifferent(int state) {
            return asksForLast && lastFor(state) < at;
        }

        /// The last level at which an operation returns that depends on the state and may fit in it, or in what becomes of
        /// it; -1 if there is none.
        private int lastFor(int state) {
            if (state >= lastFor.length) {
                budget.take(4L * Math.max(state + 1L, lastFor.length * 2L));
                lastFor = Arrays.copyOf(lastFor, Math.max(state + 1, lastFor.length * 2));
            }
            if (lastFor[state] == 0) {
                int k = 0;
                while (k < dependent.length && !transitions.leadsTo(state, (int) dependent[k])) {
                    k++;
                }
                budget.steps(k);
                lastFor[state] = k == dependent.length ? -1 : 1 + ~(int) (dependent[k] >>> 32);
            }
            return Math.max(-1, lastFor[state] - 1);
        }

        private boolean isDone(int slotNumber) {
            return (done[slotNumber >> 6] & (1L << slotNumber)) != 0;
        }

        /// Passes returns whose operations are done and takes whatever fits and changes nothing, until neither is left.
        /// Answers whether all returns are passed.
        private boolean settle() {
            boolean changed = true;
            while (changed) {
                if (!replaying) {
                    budget.step();
                }
                changed = false;
                while (isDone(slot[byReturn[at]])) {
                    int s = slot[byReturn[at]];
                    done[s >> 6] &= ~(1L << s);
                    if (++at == levels) {
                        return true;
                    }
                    open();
                    state = canonical(state);
                }
                if (switches.eager()) {
                    for (int s = 0; s < occupant.length; s++) {
                        int i = occupant[s];
                        if (i >= 0
                                && level[i] >= at
                                && pure[kind[i]]
                                && !isDone(s)
                                && transitions.next(state, kind[i]) == state) {
                            take(i);
                            changed = true;
                        }
                    }
                }
            }
            return false;
        }

        /// Whether an operation that must return soon does not fit here and never will: neither does the state lead to it
        /// nor does any operation that is left until it returns.
        private boolean isLost() {
            int end = Math.min(levels, at + MOST_GOALS);
            for (int l = at; l < end; l++) {
                int goal = byReturn[l];
                // One that is not invoked yet has a slot that somebody else may hold.
                boolean open = part.invokeRank(goal) < part.returnRank(byReturn[at]);
                if (!(open && isDone(slot[goal]))
                        && transitions.next(state, kind[goal]) == Transitions.NONE
                        && transitions.neverFits(state, kind[goal])
                        && !isRescued(goal, invokedBefore[l])) {
                    lostLevel = Math.max(lostLevel, l);
                    return true;
                }
            }
            return false;
        }

        /// @param end index of the first operation in `invoked` that is too late
        private boolean isRescued(int goal, int end) {
            if (end - opened > MOST_RESCUERS) {
                return true;
            }
            for (int k = opened; k < end; k++) {
                if (transitions.rescues(kind[invoked[k]], kind[goal])) {
                    return true;
                }
            }
            for (int s = 0; s < occupant.length; s++) {
                int i = occupant[s];
                if (i >= 0
                        && level[i] >= at
                        && !isDone(s)
                        && i != goal
                        && transitions.rescues(kind[i], kind[goal])) {
                    return true;
                }
            }
            for (int u = 0; u < openedOptional; u++) {
                if ((used[u >> 6] & (1L << u)) == 0
                        && transitions.rescues(kind[optional[u]], kind[goal])) {
                    return true;
                }
            }
            return false;
        }

        /// Makes a frame for the configuration at hand, with its candidates in the order in which they are to be tried.
        private void push(int depth, int configuration) {
            int frame = depth * frameSize();
            if (frame + frameSize() > frames.length) {
                budget.take(8L * frames.length);
                frames = Arrays.copyOf(frames, frames.length * 2);
            }
            int from = candidateCount;
            stampNow++;
            int due = byReturn[at];
            for (int s = 0; s < occupant.length; s++) {
                int i = occupant[s];
                if (i >= 0
                        && level[i] >= at
                        && !isDone(s)
                        && !(switches.eager() && pure[kind[i]])) {
                    candidate(i, from);
                }
            }
            int required = candidateCount;
            for (int u = 0; u < openedOptional; u++) {
                if ((used[u >> 6] & (1L << u)) == 0) {
                    candidate(optional[u], from);
                }
            }
            if (switches.dominance()) {
                for (int c = required; c < candidateCount; c++) {
                    deferred.add(used, at, configuration, candidates[c]);
                }
                candidateCount = required;
            }
            if (switches.lookAhead()) {
                sort(from, due);
            }
            frames[frame] = ((long) at << 32) | state;
            frames[frame + 1] = (long) configuration << 32;
            frames[frame + 2] = ((long) from << 32) | candidateCount;
            System.arraycopy(done, 0, frames, frame + 3, doneWords);
            System.arraycopy(used, 0, frames, frame + 3 + doneWords, usedWords);
        }

        private void candidate(int i, int from) {
            int next = transitions.next(state, kind[i]);
            if (next == Transitions.NONE || (level[i] == NEVER && isPointless(next))) {
                return;
            }
            if (switches.symmetry()) {
                if (stamp[kind[i]] == stampNow) {
                    for (int c = from; c < candidateCount; c++) {
                        if (kind[candidates[c]] == kind[i]) {
                            if (level[i] < level[candidates[c]]) {
                                candidates[c] = i;
                            }
                            return;
                        }
                    }
                }
                stamp[kind[i]] = stampNow;
            }
            if (candidateCount == candidates.length) {
                budget.take(4L * candidates.length);
                candidates = Arrays.copyOf(candidates, candidateCount * 2);
            }
            candidates[candidateCount++] = i;
        }

        /// Whether an optional operation changes nothing, or nothing that anything depends on.
        private boolean isPointless(int next) {
            return (switches.dominance() && next == state) || isIndifferent(next);
        }

        /// What must return now first, then what makes that possible, then by deadline. Few: sorted by insertion.
        private void sort(int from, int due) {
            for (int c = from + 1; c < candidateCount; c++) {
                int i = candidates[c];
                long rank = rank(i, due);
                int to = c;
                while (to > from && rank(candidates[to - 1], due) > rank) {
                    candidates[to] = candidates[to - 1];
                    to--;
                }
                candidates[to] = i;
            }
        }

        private long rank(int i, int due) {
            if (i == due) {
                return -1;
            }
            int next = transitions.next(state, kind[i]);
            long helps = transitions.next(next, kind[due]) == Transitions.NONE ? 1L << 40 : 0;
            return helps + level[i];
        }

        /// What was taken on the way to a configuration, and by one more operation (-1: none). Leaves the search there.
        private int[] replay(int configuration, int more) {
            int[] way = new int[n];
            int start = n;
            if (more >= 0) {
                way[--start] = more;
            }
            for (int c = configuration; memo.from(c) != 0; c = memo.from(c)) {
                way[--start] = memo.by(c);
            }
            replaying = true;
            order = new int[n];
            at = 0;
            state = 0;
            Arrays.fill(done, 0);
            Arrays.fill(used, 0);
            open();
            settle();
            for (int k = start; k < n; k++) {
                take(way[k]);
                settle();
            }
            return Arrays.copyOf(order, orderLength);
        }

        private int[] indexes(int[] places) {
            int[] indexes = new int[places.length];
            for (int k = 0; k < places.length; k++) {
                indexes[k] = part.operation(places[k]);
            }
            return indexes;
        }

        private Decision violated() {
            if (!explains) {
                return new Decision.NotLinearizable("", new int[0], Decision.Progress.NONE);
            }
            // Nothing gets past this return: what returned later is not needed to show it.
            int[] proof = Arrays.copyOf(byReturn, Math.max(bestLevel, lostLevel) + 1);
            Arrays.sort(proof);
            // Where a way was left before its end, the furthest that was reached is not the
            // furthest there is.
            return new Decision.NotLinearizable(
                    "", indexes(proof), lostLevel >= 0 ? Decision.Progress.NONE : progress());
        }

        private Decision.Progress progress() {
            if (best == 0 || !explains) {
                return Decision.Progress.NONE;
            }
            int[] furthest = replay(best, -1);
            BitSet placed = new BitSet(n);
            for (int i : furthest) {
                placed.set(i);
            }
            List<String> stuck = new ArrayList<>();
            History history = part.history();
            for (int k = 0; k < invokedBefore[bestLevel]; k++) {
                int i = invoked[k];
                if (level[i] != NEVER && !placed.get(i)) {
                    stuck.add(
                            Words.stuck(
                                    history,
                                    part.operation(i),
                                    transitions.state(state),
                                    transitions.next(state, kind[i]) != Transitions.NONE));
                }
            }
            return new Decision.Progress(indexes(furthest), stuck);
        }
    }
}

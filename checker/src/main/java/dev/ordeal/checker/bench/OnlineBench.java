package dev.ordeal.checker.bench;

import dev.ordeal.checker.history.History;
import dev.ordeal.checker.history.Operation;
import dev.ordeal.checker.history.Outcome;
import dev.ordeal.checker.history.Result;
import dev.ordeal.checker.online.OnlineRegisters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Measures judging event by event: the events of a simulated register, made beforehand, given to a new judge each time.
///
/// @param events invocations and returns
/// @param remembered operations and values after the last event
/// @param mostRemembered at any event
/// @param heapKibibytes that the judge keeps alive after the last event
record OnlineBench(
        int operations,
        int events,
        double firstMillis,
        double bestMillis,
        long remembered,
        long mostRemembered,
        long heapKibibytes) {
    /// After so many further events a client takes the outcome of its operation for unknown; the history does not say when.
    private static final int GIVES_UP_AFTER = 1_000;

    private record Event(
            long nanos, Long process, @Nullable Operation call, Outcome end, Result answer) {}

    /// @throws IllegalStateException when a violation is found: there is none
    static OnlineBench of(SimulatedRegister register, int times) {
        History history = register.history();
        List<Event> events = events(history);
        double first = 0;
        double best = Double.MAX_VALUE;
        OnlineRegisters online = new OnlineRegisters();
        for (int time = 0; time < times; time++) {
            online = new OnlineRegisters();
            long start = System.nanoTime();
            for (Event event : events) {
                give(online, event);
            }
            double millis = (System.nanoTime() - start) / 1e6;
            first = time == 0 ? millis : first;
            best = Math.min(best, millis);
        }
        long with = used();
        // Asked after the collection, so that the judge is alive during it.
        long remembered = online.remembered();
        online = new OnlineRegisters();
        long without = used();
        long most = 0;
        for (Event event : events) {
            give(online, event);
            most = Math.max(most, online.remembered());
        }
        return new OnlineBench(
                history.size(),
                events.size(),
                first,
                best,
                remembered,
                most,
                Math.max(0, with - without) >> 10);
    }

    private static void give(OnlineRegisters online, Event event) {
        Operation call = event.call;
        boolean violated = false;
        if (call != null) {
            online.invoke(
                    event.nanos, event.process, call.f(), call.key(), call.argument(), call.node());
        } else {
            switch (event.end) {
                case OK ->
                        violated = online.ok(event.nanos, event.process, event.answer).isPresent();
                case FAILED -> violated = online.fail(event.nanos, event.process).isPresent();
                case UNKNOWN -> online.unknown(event.nanos, event.process);
            }
        }
        if (violated) {
            throw new IllegalStateException("a violation where there is none, at " + event);
        }
    }

    private static List<Event> events(History history) {
        List<List<Event>> byRank = new ArrayList<>(history.ranks());
        for (int rank = 0; rank < history.ranks(); rank++) {
            byRank.add(new ArrayList<>(1));
        }
        for (int i = 0; i < history.size(); i++) {
            Operation call = history.operation(i);
            Long process = Long.valueOf(call.process());
            int invoked = history.invokeRank(i);
            int ended =
                    call.outcome() == Outcome.UNKNOWN
                            ? Math.min(invoked + GIVES_UP_AFTER, history.ranks() - 1)
                            : history.returnRank(i);
            byRank.get(invoked)
                    .addFirst(new Event(invoked, process, call, Outcome.UNKNOWN, call.result()));
            byRank.get(ended).add(new Event(ended, process, null, call.outcome(), call.result()));
        }
        return byRank.stream().flatMap(List::stream).toList();
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

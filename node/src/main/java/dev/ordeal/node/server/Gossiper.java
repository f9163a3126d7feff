package dev.ordeal.node.server;

import dev.ordeal.node.rpc.Inbox;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a node does as one of a group of gossipers: five times a second it says in its log whether it leads or waits. Whoever
/// leads draws a *sus list* from the names and declares it as the round's, and everybody asks until there is one, and says
/// which, with the *sus index* of each name: `sus0: Charlie, sus1: Eve, sus2: Bob`.
///
/// A leader that declares when the round has its list already is told no, and reads the one that stands. Declaring and
/// reading go through the log like any client's request, so what one gossiper reports, none can contradict. All of it
/// happens on a thread of its own.
final class Gossiper implements AutoCloseable {
    /// The key that holds the list.
    static final String ROUND = "round 1";

    private static final int LENGTH = 3;
    private static final long LOOK_MILLIS = 200;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Inbox inbox;
    private final List<String> drawn;
    private final Consumer<String> log;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

    // Owned by the thread.
    private boolean asking;
    private boolean decided;

    /// @param names what the list is drawn from, at least one
    /// @param random draws it
    Gossiper(Inbox inbox, List<String> names, Random random, Consumer<String> log) {
        this.inbox = inbox;
        this.log = log;
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, random);
        this.drawn = List.copyOf(shuffled.subList(0, Math.min(LENGTH, shuffled.size())));
    }

    /// Begins to look.
    void start() {
        var unused =
                thread.scheduleAtFixedRate(
                        this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        Standing standing = inbox.standing();
        if (standing.leads()) {
            log.accept("leads the gossipers");
        } else if (standing.leader() == null) {
            log.accept("waits for a leader");
        } else {
            log.accept("waits, " + standing.leader() + " leads");
        }
        if (decided || asking || standing.leader() == null) {
            return;
        }
        asking = true;
        if (standing.leads()) {
            log.accept("declares " + labelled(drawn));
            ask(new Request.Declare("", 0, ROUND, drawn));
        } else {
            ask(new Request.Read(ROUND));
        }
    }

    private void ask(Request request) {
        inbox.request(
                request,
                true,
                PATIENCE_NANOS,
                response -> {
                    try {
                        thread.execute(() -> heard(request, response));
                    } catch (RejectedExecutionException stopped) {
                        // Nobody wants to know any more.
                    }
                });
    }

    private void heard(Request request, Response response) {
        asking = false;
        switch (response) {
            case Response.Done(var value, var elements, long index) -> {
                @Nullable List<String> list =
                        request instanceof Request.Declare declare ? declare.names() : elements;
                if (list != null) {
                    decided = true;
                    log.accept(ROUND + ": " + labelled(list));
                }
            }
            case Response.Mismatch declaredBefore -> {
                log.accept("was not the first to declare");
                asking = true;
                ask(new Request.Read(ROUND));
            }
            // Asked again at the next look: to declare the same twice declares it once.
            case Response.Refused refused -> log.accept("was refused: " + refused.reason());
            case Response.Broken broken -> log.accept("heard nothing: " + broken.message());
        }
    }

    private static String labelled(List<String> names) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> "sus" + i + ": " + names.get(i))
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

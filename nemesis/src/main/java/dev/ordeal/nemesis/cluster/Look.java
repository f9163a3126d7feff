package dev.ordeal.nemesis.cluster;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.NodeHost.Life;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// Looks at nodes and links by what they do, not by what we did to them. Takes less than a second, however many it looks at.
///
/// @param harm what should be found
record Look(SystemUnderTest system, NodeHost host, Harm harm) {
    private static final Duration PING_WAIT = Duration.ofMillis(300);
    private static final Duration SILENCE = Duration.ofMillis(300);

    /// What should arrive is tried again for so long; the last try then still ends in time.
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /// For the answer to a ping over a slow link.
    private static final Duration LATE_PING_WAIT = Duration.ofMillis(800);

    /// A clock that is wrong by no more than this counts as right.
    private static final long CLOCK_TOLERANCE_NANOS = 20_000_000;

    private static final long NEVER = Long.MAX_VALUE;

    /// How long a whole look may take.
    private static final Duration LOOK = Duration.ofMillis(950);

    /// What one look at one link or node came to; the first is told first.
    private enum Sight {
        CONTRARY,
        AS_EXPECTED,
        NONE
    }

    private record Finding(Sight sight, String subject, String seen) {
        Finding(boolean asExpected, String subject, String seen) {
            this(asExpected ? Sight.AS_EXPECTED : Sight.CONTRARY, subject, seen);
        }
    }

    /// Sends pings both ways over each of the links.
    Probe atLinks(SortedSet<Link> links) throws InterruptedException {
        SortedSet<Link> pings = new TreeSet<>(links);
        links.forEach(link -> pings.add(link.reverse()));
        return atEach(pings, this::hurtEnd, this::ping);
    }

    /// A ping over a cut link must not arrive, and one over a pair that is whole must be answered. One that may arrive but not be
    /// answered need not be seen: a connection from before the cut carries it, but when the system has given that up it cannot
    /// make another, on no network. What was seen is told in any case.
    private Finding ping(Link link) throws IOException {
        boolean arrives = !harm.cut().contains(link);
        boolean returns = arrives && !harm.cut().contains(link.reverse());
        long began = System.nanoTime();
        while (true) {
            String token = UUID.randomUUID().toString();
            boolean answered =
                    system.ping(host.adminAddress(link.from()), link.to(), token, PING_WAIT);
            boolean seen =
                    answered
                            || system.pinged(
                                    host.adminAddress(link.to()), token, leftOf(LOOK, began));
            boolean asExpected = answered == returns && (arrives || !seen);
            boolean tooMuch = (answered && !returns) || (seen && !arrives);
            if ((asExpected && seen == arrives)
                    || tooMuch
                    || leftOf(PATIENCE, began).isNegative()) {
                return new Finding(
                        asExpected,
                        link.toString(),
                        answered
                                ? "ping answered"
                                : (seen
                                                ? "ping seen but not answered"
                                                : "ping neither seen nor answered")
                                        + " within "
                                        + PING_WAIT.toMillis()
                                        + " ms");
            }
            // A connection that is refused fails at once.
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Sends pings over each of the links until one comes back neither earlier nor later than it should.
    ///
    /// @param leastNanos how long a ping over a link and its answer take at least
    /// @param moreNanos so much longer they must not take
    Probe atDelays(SortedSet<Link> links, ToLongFunction<Link> leastNanos, long moreNanos)
            throws InterruptedException {
        return atEach(
                links,
                this::hindrance,
                link -> {
                    long least = leastNanos.applyAsLong(link);
                    long began = System.nanoTime();
                    while (true) {
                        long took = roundTrip(link, LATE_PING_WAIT);
                        boolean asExpected =
                                took >= least && (took == NEVER || took - least <= moreNanos);
                        if ((asExpected && took != NEVER) || leftOf(PATIENCE, began).isNegative()) {
                            return new Finding(
                                    asExpected && (took != NEVER || least > 0),
                                    link.toString(),
                                    told(took, LATE_PING_WAIT));
                        }
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                });
    }

    /// Sends pings over each of the links until one must have waited for the link to come back.
    ///
    /// @param downNanos how long the links are down each time, and up
    Probe atFlapping(SortedSet<Link> links, long downNanos) throws InterruptedException {
        return atEach(
                links,
                this::hindrance,
                link -> {
                    long began = System.nanoTime();
                    while (true) {
                        long took = roundTrip(link, PING_WAIT);
                        boolean waited = took >= Math.min(downNanos / 2, PING_WAIT.toNanos());
                        if (waited || leftOf(LOOK.minus(PING_WAIT), began).isNegative()) {
                            return new Finding(waited, link.toString(), told(took, PING_WAIT));
                        }
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                });
    }

    /// How long a ping took to be answered; [#NEVER] if it was not in time.
    private long roundTrip(Link link, Duration wait) throws IOException {
        long began = System.nanoTime();
        boolean answered =
                system.ping(
                        host.adminAddress(link.from()),
                        link.to(),
                        UUID.randomUUID().toString(),
                        wait);
        return answered ? System.nanoTime() - began : NEVER;
    }

    /// In steps, so that links of which much the same was seen are told together.
    private static String told(long tookNanos, Duration wait) {
        return tookNanos == NEVER
                ? "ping not answered within " + wait.toMillis() + " ms"
                : "ping answered after %d ms or a little more"
                        .formatted(tookNanos / 50_000_000 * 50);
    }

    private interface LookAt<T> {
        Finding at(T subject) throws IOException;
    }

    /// Looks at each of these that nothing hinders from being looked at. Of the others, and of those that could not be asked, it is
    /// told why.
    private static <T> Probe atEach(
            Collection<T> subjects, Function<T, Optional<String>> hindrance, LookAt<T> look)
            throws InterruptedException {
        List<Callable<Finding>> questions = new ArrayList<>();
        List<Finding> unseen = new ArrayList<>();
        for (T subject : subjects) {
            Optional<String> why = hindrance.apply(subject);
            if (why.isPresent()) {
                unseen.add(notLookedAt(subject, why.get()));
                continue;
            }
            questions.add(() -> {
                try {
                    return look.at(subject);
                } catch (IOException e) {
                    return notLookedAt(subject, String.valueOf(e.getMessage()));
                }
            });
        }
        List<Finding> findings = all(questions);
        findings.addAll(unseen);
        return told(findings);
    }

    private static Finding notLookedAt(Object subject, String why) {
        return new Finding(Sight.NONE, subject.toString(), "not looked at, " + why);
    }

    /// What keeps a look from the link: that it is not whole, or that its ends do not run.
    private Optional<String> hindrance(Link link) {
        if (harm.cut().contains(link) || harm.cut().contains(link.reverse())) {
            return Optional.of("it is cut");
        }
        return hurtEnd(link);
    }

    private Optional<String> hurtEnd(Link link) {
        return Stream.of(link.from(), link.to())
                .filter(node -> harm.life(node) != Life.RUNNING)
                .findFirst()
                .map(node -> node + " is hurt otherwise");
    }

    private static Duration leftOf(Duration time, long beganNanos) {
        return time.minusNanos(System.nanoTime() - beganNanos);
    }

    /// @param expected what should be found of every node; empty: what the harm says of each
    Probe atProcesses(SortedSet<NodeId> nodes, Optional<Life> expected)
            throws InterruptedException {
        List<Callable<Finding>> questions = new ArrayList<>();
        for (NodeId node : nodes) {
            questions.add(() -> process(node, expected.orElse(harm.life(node))));
        }
        return told(all(questions));
    }

    private Finding process(NodeId node, Life expected) {
        Life life = host.life(node);
        return switch (life) {
            case RUNNING -> {
                boolean answers = answers(node, Duration.ofMillis(800));
                yield new Finding(
                        expected == Life.RUNNING && answers,
                        node.name(),
                        host.process(node)
                                + " runs and "
                                + (answers ? "answers" : "does not answer within 800 ms"));
            }
            case PAUSED -> {
                boolean answers = answers(node, SILENCE);
                yield new Finding(
                        expected == Life.PAUSED && !answers,
                        node.name(),
                        host.process(node)
                                + " is stopped and "
                                + (answers
                                        ? "answers all the same"
                                        : "silent for " + SILENCE.toMillis() + " ms"));
            }
            case DEAD -> {
                Address client = host.clientAddress(node);
                boolean refuses = refuses(client);
                yield new Finding(
                        expected == Life.DEAD && refuses,
                        node.name(),
                        host.process(node)
                                + " is gone and "
                                + client
                                + (refuses ? " refuses" : " does not refuse")
                                + " connections");
            }
        };
    }

    /// Asks nodes that are to run how they draw their election time-outs.
    Probe atStorm(SortedSet<NodeId> nodes) throws InterruptedException {
        return atRunning(nodes, this::timeouts);
    }

    /// Asks nodes that are to run what time it is.
    Probe atClocks(SortedSet<NodeId> nodes) throws InterruptedException {
        return atRunning(nodes, this::clock);
    }

    private Probe atRunning(SortedSet<NodeId> nodes, LookAt<NodeId> look)
            throws InterruptedException {
        return atEach(
                nodes,
                node ->
                        harm.life(node) == Life.RUNNING
                                ? Optional.empty()
                                : Optional.of("it is hurt otherwise"),
                look);
    }

    private Finding timeouts(NodeId node) throws IOException {
        boolean storms = system.status(host.adminAddress(node), Duration.ofMillis(800)).storms();
        return new Finding(
                storms == harm.stormed().contains(node),
                node.name(),
                storms
                        ? "says that it draws the shortest election time-outs"
                        : "says that it draws its election time-outs at random");
    }

    /// A clock that goes at another rate is as right at first as any; one that was set right is at once.
    private Finding clock(NodeId node) throws IOException {
        boolean expectWrong = harm.mistimed().contains(node);
        long began = System.nanoTime();
        while (true) {
            long ahead = aheadNanos(node, leftOf(LOOK, began));
            boolean wrong = Math.abs(ahead) > CLOCK_TOLERANCE_NANOS;
            if (wrong == expectWrong || leftOf(PATIENCE, began).isNegative()) {
                return new Finding(wrong == expectWrong, node.name(), told(ahead, wrong));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// At least so far, since the answer took a while.
    private long aheadNanos(NodeId node, Duration wait) throws IOException {
        long before = wallNanos();
        long shown = system.clock(host.adminAddress(node), wait).wallNanos();
        long after = wallNanos();
        return shown > after ? shown - after : Math.min(0, shown - before);
    }

    private static long wallNanos() {
        return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
    }

    private static String told(long aheadNanos, boolean wrong) {
        return wrong
                ? "says that it is %.3f s %s than it is"
                        .formatted(Math.abs(aheadNanos) / 1e9, aheadNanos > 0 ? "later" : "earlier")
                : "says what time it is";
    }

    private boolean answers(NodeId node, Duration wait) {
        try {
            return system.healthy(host.adminAddress(node), wait);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean refuses(Address address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), 300);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false; // Silence is no refusal.
        }
    }

    /// Asks everything at once.
    private static List<Finding> all(List<Callable<Finding>> questions)
            throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Finding>> asked = questions.stream().map(threads::submit).toList();
            for (Future<Finding> answer : asked) {
                try {
                    findings.add(answer.get());
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        }
        return findings;
    }

    /// What was not as expected comes first; subjects of which the same was seen stand together. One admin port that is slow on a
    /// busy machine does not undo what the others showed, but where nothing could be seen, nothing is as expected.
    private static Probe told(List<Finding> findings) {
        Map<String, List<String>> bySight = new LinkedHashMap<>();
        findings.stream()
                .sorted(Comparator.comparing(Finding::sight))
                .forEach(finding ->
                        bySight.computeIfAbsent(
                                        (finding.sight == Sight.CONTRARY ? "unexpected: " : "")
                                                + finding.seen,
                                        seen -> new ArrayList<>())
                                .add(finding.subject));
        Set<Sight> sights = findings.stream().map(Finding::sight).collect(toSet());
        return new Probe(
                sights.contains(Sight.AS_EXPECTED) && !sights.contains(Sight.CONTRARY),
                bySight.entrySet().stream()
                        .map(it -> it.getKey() + ": " + String.join(", ", it.getValue()))
                        .collect(joining("; ")));
    }
}

package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.cluster.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// The links between the nodes: what each of them carries takes its time, gets lost, or arrives twice, as the [Conditions]
/// have it. A message is a task to be run where and when it arrives.
final class Network {
    private final Scheduler time;
    private final Conditions conditions;
    private final RandomGenerator random;
    private final Set<Link> cut = new TreeSet<>();

    /// What cut links hold, in the order in which it was sent.
    private final Map<Link, List<Runnable>> held = new TreeMap<>();

    /// When the last message of each link arrives that was sent so far.
    private final Map<Link, Long> lastArrival = new TreeMap<>();

    Network(Scheduler time, Conditions conditions, RandomGenerator random) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
    }

    /// A message of the algorithm.
    void send(Link link, Runnable arrival) {
        sendOnce(link, arrival);
        if (random.nextDouble() < conditions.duplication()) {
            sendOnce(link, arrival);
        }
    }

    /// A call, or its answer: these arrive once or not at all, as those of a connection do.
    void sendOnce(Link link, Runnable arrival) {
        if (cut.contains(link)) {
            hold(link, arrival);
            return;
        }
        if (random.nextDouble() < conditions.loss()) {
            return;
        }
        carry(link, arrival);
    }

    private void carry(Link link, Runnable arrival) {
        long at = time.nanos() + Conditions.around(conditions.latencyNanos(), random);
        if (conditions.ordered()) {
            at = Math.max(at, lastArrival.getOrDefault(link, 0L));
            lastArrival.put(link, at);
        }
        var unused = time.after(at - time.nanos(), () -> arrive(link, arrival));
    }

    /// A link that was cut while something was on its way keeps that too.
    private void arrive(Link link, Runnable arrival) {
        if (!cut.contains(link)) {
            arrival.run();
        } else {
            hold(link, arrival);
        }
    }

    private void hold(Link link, Runnable arrival) {
        if (conditions.holding()) {
            held.computeIfAbsent(link, l -> new ArrayList<>()).add(arrival);
        }
    }

    /// Cuts exactly these links, and opens the others: what they held arrives.
    void cut(Set<Link> links) {
        cut.clear();
        cut.addAll(links);
        Map<Link, List<Runnable>> released = new TreeMap<>(held);
        released.keySet().removeIf(cut::contains);
        released.forEach((link, arrivals) -> {
            held.remove(link);
            arrivals.forEach(arrival -> carry(link, arrival));
        });
    }
}

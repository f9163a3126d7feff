package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.NodeHost.Life;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What all wounds in force come to for lives, links, election time-outs and clocks: a link is cut if any of them cuts it, and death
/// outranks standing still. Wounds that leave these as they are do not count here.
public record Harm(
        SortedSet<Link> cut,
        SortedSet<NodeId> killed,
        SortedSet<NodeId> paused,
        SortedSet<NodeId> stormed,
        SortedSet<NodeId> mistimed) {
    public static Harm of(Collection<Wound> wounds) {
        Harm harm =
                new Harm(
                        new TreeSet<>(),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        new TreeSet<>());
        for (Wound wound : wounds) {
            boolean unused =
                    switch (wound) {
                        case Wound.Cut(var links) -> harm.cut.addAll(links);
                        case Wound.Killed(var nodes) -> harm.killed.addAll(nodes);
                        case Wound.Paused(var nodes) -> harm.paused.addAll(nodes);
                        case Wound.Unpowered(var nodes) -> harm.killed.addAll(nodes);
                        case Wound.DiskFailed(var failure, int strength, var nodes) ->
                                failure == Fault.Failure.FLIP && harm.killed.addAll(nodes);
                        case Wound.Impaired impaired -> false;
                        case Wound.Mistimed wrong -> harm.mistimed.addAll(wrong.nodes());
                        case Wound.Reconfigured reconfigured -> false;
                        case Wound.Stormed(var nodes) -> harm.stormed.addAll(nodes);
                    };
        }
        return harm;
    }

    /// What a look at `wound` is to find beside the wounds in force: it hurts, or it has healed.
    public static Harm expected(Collection<Wound> inForce, Wound wound, boolean hurts) {
        List<Wound> wounds = new ArrayList<>(inForce);
        if (hurts) {
            wounds.add(wound);
        } else {
            wounds.remove(wound);
        }
        return of(wounds);
    }

    /// The same, and these nodes are dead besides.
    Harm withDead(Set<NodeId> dead) {
        SortedSet<NodeId> all = new TreeSet<>(killed);
        all.addAll(dead);
        return new Harm(cut, all, paused, stormed, mistimed);
    }

    public Life life(NodeId node) {
        return killed.contains(node)
                ? Life.DEAD
                : paused.contains(node) ? Life.PAUSED : Life.RUNNING;
    }
}

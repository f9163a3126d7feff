package dev.ordeal.nemesis.cluster;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.fault.Wound;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Links of real nodes that fail and come back, again and again. Everything happens on the scheduler's thread.
final class Flapping {
    private final Scheduler scheduler;
    private final Supplier<CompletableFuture<Void>> change;
    private final Map<Wound.Impaired, Links> inForce = new LinkedHashMap<>();

    /// What flaps by one wound, until that is healed.
    private static final class Links {
        private boolean down = true;
        private boolean over;
    }

    /// @param change brings the links to where [#down()] has them, as soon as that can be
    Flapping(Scheduler scheduler, Supplier<CompletableFuture<Void>> change) {
        this.scheduler = scheduler;
        this.change = change;
    }

    /// Done when they are down for the first time.
    CompletableFuture<Void> strike(Wound.Impaired wound) {
        Links links = new Links();
        inForce.put(wound, links);
        return change.get().thenRun(() -> turnLater(wound, links));
    }

    /// Each state lasts from when it is reached: changes that take long do not pile up.
    private void turnLater(Wound.Impaired wound, Links links) {
        var unused = scheduler.after(LinkTrouble.flapNanos(wound), () -> turn(wound, links));
    }

    private void turn(Wound.Impaired wound, Links links) {
        if (!links.over) {
            links.down = !links.down;
            var unused = change.get().thenRun(() -> turnLater(wound, links));
        }
    }

    /// Leaves the links up; the caller brings about the change.
    void heal(Wound wound) {
        Links links = inForce.remove(wound);
        if (links != null) {
            links.over = true;
        }
    }

    void close() {
        Set.copyOf(inForce.keySet()).forEach(this::heal);
    }

    /// What is down at this moment.
    Collection<Link> down() {
        Set<Link> down = new TreeSet<>();
        inForce.forEach((wound, links) -> {
            if (links.down) {
                down.addAll(wound.links());
            }
        });
        return down;
    }
}

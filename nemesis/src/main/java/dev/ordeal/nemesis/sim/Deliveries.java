package dev.ordeal.nemesis.sim;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.Link;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The messages of one run, each by its number on its link: those whose delivery is planned, and whoever looks on.
public final class Deliveries {
    private final Map<Link, Map<Integer, Delivery>> planned = new HashMap<>();
    private final @Nullable Consumer<Delivery> onCarried;

    /// @param planned at most one for each message
    /// @param onCarried told of every message, planned or not, when a link takes it; null: nobody is
    public Deliveries(Collection<Delivery> planned, @Nullable Consumer<Delivery> onCarried) {
        for (Delivery delivery : planned) {
            this.planned
                    .computeIfAbsent(delivery.link(), link -> new HashMap<>())
                    .put(delivery.number(), delivery);
        }
        this.onCarried = onCarried;
    }

    /// All are drawn, and nobody looks.
    public static Deliveries drawn() {
        return new Deliveries(List.of(), null);
    }

    /// Whether messages need no numbers.
    boolean nobodyAsks() {
        return planned.isEmpty() && onCarried == null;
    }

    @Nullable Delivery planned(Link link, int number) {
        Map<Integer, Delivery> ofLink = planned.get(link);
        return ofLink == null ? null : ofLink.get(number);
    }

    void carried(Delivery delivery) {
        if (onCarried != null) {
            onCarried.accept(delivery);
        }
    }
}

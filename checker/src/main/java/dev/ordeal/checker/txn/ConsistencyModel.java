package dev.ordeal.checker.txn;

import static dev.ordeal.checker.txn.Anomaly.Kind.*;

import dev.ordeal.checker.txn.Anomaly.Kind;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a database promises of its transactions, weaker ones first, each with the anomalies it forbids beyond those of
/// the models it implies (Adya 1999; Cerone and Gotsman 2016 for snapshot isolation; the lattice is Elle's).
public enum ConsistencyModel {
    READ_UNCOMMITTED(List.of(), G0, GARBAGE_READ, DUPLICATE_ELEMENTS, CYCLIC_VERSIONS),
    READ_COMMITTED(List.of(READ_UNCOMMITTED), G1A, G1B, G1C, DIRTY_UPDATE, INCOMPATIBLE_ORDER),
    READ_ATOMIC(List.of(READ_COMMITTED), INTERNAL, FUTURE_READ),
    REPEATABLE_READ(List.of(READ_COMMITTED), LOST_UPDATE, G_SINGLE, G_NONADJACENT, G2_ITEM),
    SNAPSHOT_ISOLATION(List.of(READ_ATOMIC), LOST_UPDATE, G_SINGLE, G_NONADJACENT),
    SERIALIZABLE(List.of(REPEATABLE_READ, SNAPSHOT_ISOLATION)),
    STRONG_SESSION_READ_COMMITTED(List.of(READ_COMMITTED), G0_PROCESS, G1C_PROCESS),
    STRONG_SESSION_SNAPSHOT_ISOLATION(
            List.of(SNAPSHOT_ISOLATION, STRONG_SESSION_READ_COMMITTED),
            G_SINGLE_PROCESS,
            G_NONADJACENT_PROCESS),
    STRONG_SESSION_SERIALIZABLE(
            List.of(SERIALIZABLE, STRONG_SESSION_SNAPSHOT_ISOLATION), G2_ITEM_PROCESS),
    STRONG_READ_COMMITTED(List.of(STRONG_SESSION_READ_COMMITTED), G0_REALTIME, G1C_REALTIME),
    STRONG_SNAPSHOT_ISOLATION(
            List.of(STRONG_SESSION_SNAPSHOT_ISOLATION, STRONG_READ_COMMITTED),
            G_SINGLE_REALTIME,
            G_NONADJACENT_REALTIME),
    STRICT_SERIALIZABLE(
            List.of(STRONG_SESSION_SERIALIZABLE, STRONG_SNAPSHOT_ISOLATION), G2_ITEM_REALTIME);

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<ConsistencyModel> implied;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<Kind> forbidden;

    ConsistencyModel(List<ConsistencyModel> implied, Kind... forbidden) {
        this.implied = implied;
        this.forbidden = Set.of(forbidden);
    }

    /// "strict-serializable"
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<ConsistencyModel> named(String title) {
        return Arrays.stream(values()).filter(m -> m.title().equals(title)).findFirst();
    }

    /// Whether no execution under this model shows this anomaly.
    public boolean forbids(Kind kind) {
        return forbidden.contains(kind) || implied.stream().anyMatch(m -> m.forbids(kind));
    }

    /// The models that a history with these anomalies cannot have come from.
    public static Set<ConsistencyModel> ruledOutBy(Collection<Kind> kinds) {
        Set<ConsistencyModel> out = EnumSet.noneOf(ConsistencyModel.class);
        for (ConsistencyModel model : values()) {
            if (kinds.stream().anyMatch(model::forbids)) {
                out.add(model);
            }
        }
        return out;
    }
}

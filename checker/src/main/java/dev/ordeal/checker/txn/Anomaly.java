package dev.ordeal.checker.txn;

import java.util.List;

/// Something no execution under some promise can show.
///
/// @param sentence what is wrong; for a cycle, one sentence a step follows in `steps`
/// @param operations numbers of the transactions in the history, for a cycle in its order
/// @param steps of a cycle: why each transaction comes before the next, the last before the first; otherwise empty
public record Anomaly(Kind kind, String sentence, List<Integer> operations, List<String> steps) {
    public Anomaly {
        operations = List.copyOf(operations);
        steps = List.copyOf(steps);
    }

    /// Named as Adya (*Weak Consistency*, 1999) and Elle name them.
    public enum Kind {
        GARBAGE_READ("garbage-read", "a value was read that nobody wrote"),
        DUPLICATE_ELEMENTS("duplicate-elements", "an element stands twice in a list"),
        CYCLIC_VERSIONS("cyclic-versions", "versions of a key must each come before the other"),
        INCOMPATIBLE_ORDER(
                "incompatible-order", "two reads of a list are not prefixes of one list"),
        INTERNAL("internal", "a transaction contradicts what it itself read or wrote before"),
        FUTURE_READ("future-read", "a transaction read what it wrote only later"),
        G1A("G1a", "aborted read: a value was read whose transaction failed"),
        G1B("G1b", "intermediate read: a value was read that its transaction overwrote"),
        DIRTY_UPDATE("dirty-update", "a committed write stands on an aborted one"),
        LOST_UPDATE("lost-update", "two transactions updated the same version of a key"),
        G0("G0", "dirty write: a cycle of writes"),
        G1C("G1c", "circular information flow: a cycle of writes and reads of them"),
        G_SINGLE("G-single", "read skew: a cycle with exactly one anti-dependency"),
        G_NONADJACENT("G-nonadjacent", "a cycle whose anti-dependencies never follow each other"),
        G2_ITEM("G2-item", "write skew: a cycle with anti-dependencies that follow each other"),
        G0_PROCESS("G0-process", "a cycle of writes and the order of a process"),
        G1C_PROCESS("G1c-process", "a cycle of writes, reads of them and the order of a process"),
        G_SINGLE_PROCESS("G-single-process", "read skew, against the order of a process"),
        G_NONADJACENT_PROCESS(
                "G-nonadjacent-process",
                "non-adjacent anti-dependencies, against the order of a process"),
        G2_ITEM_PROCESS("G2-item-process", "write skew, against the order of a process"),
        G0_REALTIME("G0-realtime", "a cycle of writes and real time"),
        G1C_REALTIME("G1c-realtime", "a cycle of writes, reads of them and real time"),
        G_SINGLE_REALTIME("G-single-realtime", "read skew, against real time"),
        G_NONADJACENT_REALTIME(
                "G-nonadjacent-realtime", "non-adjacent anti-dependencies, against real time"),
        G2_ITEM_REALTIME("G2-item-realtime", "write skew, against real time");

        private final String title;
        private final String meaning;

        Kind(String title, String meaning) {
            this.title = title;
            this.meaning = meaning;
        }

        /// As the literature writes it: "G-single-realtime".
        public String title() {
            return title;
        }

        public String meaning() {
            return meaning;
        }
    }
}

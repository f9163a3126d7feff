package dev.ordeal.checker.commit;

/// Something a node recorded, as evidence.
///
/// @param incarnation which life of the node, from 1
/// @param index of the log entry it is about, or 0
/// @param term it is about, or 0
/// @param what in words
public record NodeFact(String node, int incarnation, long index, long term, String what) {
    private static final String WENT_BY = "went by the members ";

    /// That it went by the configuration of this entry.
    static NodeFact wentBy(String node, NodeEvent.Configuration configuration) {
        return new NodeFact(
                node,
                configuration.incarnation(),
                configuration.index(),
                configuration.term(),
                WENT_BY + configuration.members());
    }

    /// Whether this is what the fact tells.
    public boolean isThatItWentBy(NodeEvent.Configuration configuration) {
        return equals(wentBy(node, configuration));
    }
}

package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Event.Receive;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Rules;
import dev.ordeal.node.raft.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A majority of those that have been heard of lately passes for a majority of all: whoever is silent is taken for dead and not
/// counted. Each side of a partition then is a cluster of its own.
final class QuorumReachable implements Planted {
    static final Bug BUG =
            new Bug(
                    "quorum-reachable",
                    "a majority of the members that answer passes for a majority of all",
                    "a classic",
                    "Rules.isQuorum (§5.2, §5.3)",
                    List.of(Check.LINEARIZABILITY, Check.COMMIT_CONSISTENCY, Check.ELECTION_SAFETY),
                    "cut the cluster into a majority and a minority",
                    QuorumReachable::new);

    private final Map<NodeId, Long> heardAt = new HashMap<>();
    private long ticks;
    private long patience;

    @Override
    public Settings settings(Settings settings) {
        patience = settings.electionTicksMin();
        return settings;
    }

    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        if (event instanceof Event.Tick(int passed)) ticks += passed;
        if (event instanceof Receive(var from, var message)) heardAt.put(from, ticks);
        return effects;
    }

    /// Itself, and whoever it heard lately; everybody has from the start the time to be heard.
    private long reachable(Membership members) {
        long others =
                members.voters().stream()
                        .filter(voter -> ticks - heardAt.getOrDefault(voter, 0L) < patience)
                        .count();
        return 1 + others;
    }

    @Override
    public Rules rules() {
        return new Rules() {
            @Override
            public boolean isQuorum(int nodes, Membership members) {
                return nodes > reachable(members) / 2;
            }
        };
    }
}

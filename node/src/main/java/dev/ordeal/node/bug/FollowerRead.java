package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.ReadReady;
import dev.ordeal.node.raft.Effect.Refused;
import dev.ordeal.node.raft.Event;
import java.util.List;

/// Any node answers reads, from what it happens to have applied (jgroups-raft#208).
final class FollowerRead implements Planted {
    static final Bug BUG =
            new Bug(
                    "follower-read",
                    "any node answers reads",
                    "jgroups-raft#208",
                    "reads go to the leader (§8; thesis §6.4)",
                    List.of(Check.LINEARIZABILITY),
                    "cut the cluster into a majority and a minority",
                    FollowerRead::new);

    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        if (!(event instanceof Event.Read)) return effects;
        return effects.stream()
                .map(effect -> effect instanceof Refused refused ? served(refused) : effect)
                .toList();
    }

    private static Effect served(Refused refused) {
        return new ReadReady(refused.requestId(), 0);
    }
}

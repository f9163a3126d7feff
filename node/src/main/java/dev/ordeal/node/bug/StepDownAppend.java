package dev.ordeal.node.bug;

import dev.ordeal.node.raft.Effect;
import dev.ordeal.node.raft.Effect.RoleChanged;
import dev.ordeal.node.raft.Event;
import dev.ordeal.node.raft.Role;
import dev.ordeal.node.raft.Rules;
import java.util.List;

/// A leader that has stepped down still appends what clients sent it, until it hears from its successor, and does so under the
/// new term (camunda#5360). That term's leader appends something else at the same index, and as index and term are equal, the
/// logs are taken to be equal.
final class StepDownAppend implements Planted {
    static final Bug BUG =
            new Bug(
                    "step-down-append",
                    "a leader that has stepped down appends under the new term",
                    "camunda#5360",
                    "Rules.mayPropose (§5.3, Log Matching)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off the leader and heal, with clients that go on writing",
                    StepDownAppend::new);

    private boolean hasJustLed;

    @Override
    public List<Effect> effects(Event event, List<Effect> effects) {
        for (var effect : effects) {
            if (!(effect instanceof RoleChanged(var role, var term, var leader))) continue;
            hasJustLed =
                    role == Role.LEADER || (hasJustLed && role == Role.FOLLOWER && leader == null);
        }
        return effects;
    }

    @Override
    public Rules rules() {
        return new Rules() {
            @Override
            public boolean mayPropose(Role role) {
                return super.mayPropose(role) || hasJustLed;
            }
        };
    }
}

package dev.ordeal.node.machine;

import java.util.List;

/// The one decision about declared lists: what a round holds when a list is declared that has one already. The first stands
/// for ever (consensus decides once; Lamport, Paxos Made Simple, §1). Not final, so that a wrong one can be planted.
public class Declarations {
    /// What the round holds after that.
    ///
    /// @param declared what the round holds
    /// @param proposed what is declared now
    public List<String> again(List<String> declared, List<String> proposed) {
        return declared;
    }
}

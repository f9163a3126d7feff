package dev.ordeal.node.store;

import java.util.Optional;

/// What recovery decides by. Each decision stands here by itself, so that a planted bug replaces one and leaves the others.
public class RecoveryRules {
    /// Whether bytes of the log are what was written: a checksum that differs says that they are not, ever.
    ///
    /// @param written what was noted when they were written
    /// @param found what they come to now
    public boolean intact(int written, int found) {
        return written == found;
    }

    /// Whether the end of the log may be cut off where no valid frame stands: only if a crash in the middle of the last
    /// append can have left it there. Of that the node had promised nothing to anyone.
    ///
    /// @param damage why it cannot be that, if it cannot
    public boolean mayCutOff(Optional<String> damage) {
        return damage.isEmpty();
    }
}

package dev.ordeal.node.bug;

import dev.ordeal.node.machine.MachineState;
import java.util.List;

/// Installing a snapshot advances the index and ignores the data: the node goes on from what it held before.
final class InstallSkipsData implements Planted {
    static final Bug BUG =
            new Bug(
                    "install-skips-data",
                    "installing a snapshot advances the index, but the data is ignored",
                    "a classic",
                    "Effect.Install (Figure 13, InstallSnapshot 8)",
                    List.of(Check.COMMIT_CONSISTENCY),
                    "cut off a follower until the log it lacks is compacted, heal",
                    InstallSkipsData::new);

    @Override
    public MachineState installed(MachineState before, MachineState snapshot) {
        return before;
    }
}

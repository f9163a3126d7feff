package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.node.raft.Settings;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import org.junit.jupiter.api.Test;

/// What real nodes are told to leave out of a simulated plan.
final class ReplayCommandTest {
    private static final Conditions CALM = Conditions.calm();

    private static Conditions with(long syncNanos, Settings settings) {
        return new Conditions(
                CALM.latencyNanos(),
                CALM.ordered(),
                CALM.loss(),
                CALM.duplication(),
                CALM.holding(),
                syncNanos,
                CALM.drift(),
                settings,
                CALM.tickNanos(),
                CALM.sessionTimeout());
    }

    @Test
    void whatRealNodesHaveNeedsNoWord() {
        Settings packed =
                CALM.settings()
                        .withElectionTicks(25, 27)
                        .withSnapshotEntries(20)
                        .withMessageBytes(512)
                        .withMessagesInFlight(3);
        assertThat(ReplayCommand.notFollowed(CALM, ClusterKind.PROCESS)).isEmpty();
        assertThat(ReplayCommand.notFollowed(with(CALM.syncNanos(), packed), ClusterKind.PROCESS))
                .isEmpty();
    }

    @Test
    void aSlowDiskAndOtherTimeoutsAreToldAndSnapshotsAreNot() {
        Settings packed = CALM.settings().withSnapshotEntries(20);
        assertThat(ReplayCommand.notFollowed(with(7_000_000, packed), ClusterKind.DOCKER))
                .hasValue(
                        "not followed: the conditions of the simulation (syncNanos 7000000); network, disks and leases are those of the docker cluster; the plan says how often nodes take snapshots, how they pack messages and how long they wait for a leader, if no less than usual");
        Settings hasty = packed.withElectionTicks(8, 10);
        assertThat(ReplayCommand.notFollowed(with(CALM.syncNanos(), hasty), ClusterKind.PROCESS))
                .get()
                .asString()
                .startsWith(
                        "not followed: the conditions of the simulation (settings {electionTicksMin:8,");
    }
}

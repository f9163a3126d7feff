package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.raft.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class FlagsTest {
    @Test
    void s1_1_theTimingsAreThoseOfThePaperUnlessFlagsSayOtherwise() {
        CommandSpec flags = new CommandLine(new Main()).getCommandSpec();
        String election = flags.findOption("--election").defaultValue();
        String heartbeat = flags.findOption("--heartbeat").defaultValue();
        Settings settings =
                Flags.settings(
                        Flags.duration("--heartbeat", heartbeat),
                        Flags.range("--election", election),
                        1_000,
                        null);
        assertThat(settings.tickNanos()).isEqualTo(Duration.ofMillis(10).toNanos());
        assertThat(settings.heartbeatTicks()).as("50 ms").isEqualTo(5);
        assertThat(settings.electionTicksMin()).as("150 ms").isEqualTo(15);
        assertThat(settings.electionTicksMax()).as("300 ms").isEqualTo(30);
        assertThat(settings.leases()).isFalse();
    }

    @Test
    void aLeaseIsShorterThanTheShortestElectionTimeoutByTwoTicksAndTheDrift() {
        Settings settings =
                Flags.settings(
                        Duration.ofMillis(50),
                        Flags.range("--election", "150ms..300ms"),
                        1_000,
                        0.25);
        assertThat(settings.leaseNanos()).isEqualTo(Duration.ofMillis(104).toNanos());
    }
}

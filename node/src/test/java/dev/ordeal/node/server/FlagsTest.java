package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

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
        Flags.Ticks ticks =
                Flags.ticks(
                        Flags.duration("--heartbeat", heartbeat),
                        Flags.range("--election", election),
                        1_000);
        assertThat(ticks.tickNanos()).isEqualTo(Duration.ofMillis(10).toNanos());
        assertThat(ticks.settings().heartbeatTicks()).as("50 ms").isEqualTo(5);
        assertThat(ticks.settings().electionTicksMin()).as("150 ms").isEqualTo(15);
        assertThat(ticks.settings().electionTicksMax()).as("300 ms").isEqualTo(30);
    }
}

package dev.ordeal.workloads.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.NodeId;
import org.junit.jupiter.api.Test;

final class ClientSlotTest {
    private final ClientSlot slot = new ClientSlot(3, 10, new NodeId("n4"));

    private void end(Outcome outcome) {
        slot.begin();
        slot.end(outcome);
    }

    @Test
    void aSessionGoesOnWhileItsCommandsAreAnswered() {
        assertThat(slot.nextSequence()).isEqualTo(1);
        end(new Outcome.Ok(null, 9));
        assertThat(slot.nextSequence()).isEqualTo(2);
        end(new Outcome.Mismatch(9));
        assertThat(slot.nextSequence()).isEqualTo(3);
        assertThat(slot.process()).isEqualTo(3);
        assertThat(slot.session()).isEqualTo("c3");
    }

    @Test
    void afterAnUnknownOutcomeTheProcessIsAnotherWithAnotherSession() {
        assertThat(slot.nextSequence()).isEqualTo(1);
        end(new Outcome.Unknown("DEADLINE_EXCEEDED"));
        assertThat(slot.process()).isEqualTo(13);
        assertThat(slot.session()).isEqualTo("c13");
        assertThat(slot.nextSequence()).isEqualTo(1);
    }

    @Test
    void aCommandThatFailedLeavesNoGapInASession() {
        assertThat(slot.nextSequence()).isEqualTo(1);
        end(new Outcome.Failed("no leader"));
        assertThat(slot.session()).isEqualTo("c13");
        assertThat(slot.nextSequence()).isEqualTo(1);
    }
}

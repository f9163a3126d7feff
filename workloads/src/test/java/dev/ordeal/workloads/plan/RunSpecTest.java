package dev.ordeal.workloads.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.workload.Register;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RunSpecTest {
    private static RunSpec spec(
            int nodes, int clients, double rate, int keys, Duration time, String faults) {
        return new RunSpec(
                new Register(),
                Fault.parse(faults),
                time,
                1,
                nodes,
                clients,
                rate,
                keys,
                Duration.ofSeconds(1),
                ClusterKind.PROCESS,
                null,
                true,
                false);
    }

    @Test
    void theTitleNamesTheWorkloadAndTheKindsOfFault() {
        Duration time = Duration.ofSeconds(30);
        assertThat(spec(5, 10, 100, 10, time, "partition,kill:all,pause").title())
                .isEqualTo("register-partition+kill+pause");
        assertThat(spec(5, 10, 100, 10, time, "none").title()).isEqualTo("register-no-faults");
    }

    @Test
    void whatIsOutOfRangeIsSaidWithItsRange() {
        Duration time = Duration.ofSeconds(30);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(0, 10, 100, 10, time, "none"))
                .withMessage("--nodes must be 1 to 9, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(5, 0, 100, 10, time, "none"))
                .withMessage("--clients must be 1 to 1000, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(5, 10, 0, 10, time, "none"))
                .withMessageStartingWith("--rate must be above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(5, 10, Double.NaN, 10, time, "none"))
                .withMessageStartingWith("--rate must be above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(5, 10, 100, 0, time, "none"))
                .withMessageStartingWith("--keys must be 1 to");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(5, 10, 100, 10, Duration.ofMillis(10), "none"))
                .withMessage("--time must be 1s to 24h");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(1, 10, 100, 10, time, "partition"))
                .withMessage("--faults partition needs at least 2 nodes");
    }
}

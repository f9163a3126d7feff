package dev.ordeal.workloads.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ordeal.workloads.bench.ClosedLoop.Load;
import dev.ordeal.workloads.bench.ClosedLoop.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The stores that are compared serve writes and reads through all of their nodes.
class StoreIT {
    private static final int NODES = 3;

    @TempDir Path directory;

    @Test
    void oursServesTheLoad() throws Exception {
        try (Store store = OrdealStore.start(NODES, directory)) {
            assertThatItServes(store);
        }
    }

    @Test
    void etcdServesTheLoad() throws Exception {
        Optional<Path> etcd = EtcdStore.program();
        assumeTrue(
                etcd.isPresent(),
                "etcd is not installed, so its side of the benchmark is not tested");
        try (Store store = EtcdStore.start(etcd.orElseThrow(), NODES, directory)) {
            assertThatItServes(store);
        }
    }

    private static void assertThatItServes(Store store) throws InterruptedException {
        assertThat(store.ways()).hasSize(NODES);
        ClosedLoop.prepare(store);
        for (Operation operation : Operation.values()) {
            Load load = ClosedLoop.run(store, operation, 2 * NODES, Duration.ofSeconds(1));
            assertThat(load.latencies().getTotalCount()).isPositive();
            assertThat(load.failed()).isZero();
        }
    }
}

package dev.ordeal.nemesis.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ordeal.nemesis.cluster.ClusterContract;
import dev.ordeal.nemesis.cluster.ClusterException;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.FakeTime;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.cluster.SystemUnderTest;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Wound;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessClusterIT extends ClusterContract {
    @Override
    protected LiveCluster create(ClusterSpec spec, Scheduler scheduler) {
        return ProcessCluster.create(spec, scheduler);
    }

    @Override
    protected Set<Fault.Trouble> troubles() {
        return EnumSet.of(Fault.Trouble.SLOW, Fault.Trouble.SLOW_LINK, Fault.Trouble.FLAPPING);
    }

    @Override
    protected boolean clocks() {
        return FakeTime.library().isPresent();
    }

    @Override
    protected SystemUnderTest system() {
        return OrdealRaft.correct();
    }

    /// Every node is told its folder on its command line.
    @Override
    protected List<String> remains(Path directory) {
        return commandLines().values().stream()
                .filter(command -> command.contains("--data " + directory + "/"))
                .toList();
    }

    @Override
    protected Class<?> tool() {
        return Tool.class;
    }

    static final class Tool {
        private Tool() {}

        public static void main(String[] args) {
            holdACluster(new ProcessClusterIT(), Path.of(args[0]));
        }
    }

    /// What libfaketime leaves of a process that is killed would end another that gets its id.
    @Test
    void aKilledNodeWhoseClockCouldBeSetLeavesNoSharedMemory(@TempDir Path directory) {
        assumeTrue(clocks());
        EventLoop loop = new EventLoop();
        ClusterSpec spec = new ClusterSpec(1, directory, system()).withClocks();
        try (LiveCluster cluster = ProcessCluster.create(spec, loop)) {
            loop.runUntil(cluster.start());
            Wound killed = new Wound.Killed(cluster.nodes());
            String runs = loop.runUntil(cluster.probe(killed, false)).evidence();
            Path left =
                    Path.of("/dev/shm/faketime_shm_" + runs.replaceAll("\\D*(\\d+) runs.*", "$1"));
            assertThat(left).exists();
            loop.runUntil(cluster.strike(killed));
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void aPortInUseIsSaidInOneLine(@TempDir Path directory) throws IOException {
        EventLoop loop = new EventLoop();
        try (LiveCluster cluster =
                        ProcessCluster.create(new ClusterSpec(1, directory, system()), loop);
                ServerSocket taken =
                        new ServerSocket(
                                cluster.clientAddress(cluster.nodes().getFirst()).port(),
                                1,
                                InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> loop.runUntil(cluster.start()))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageStartingWith("n1 ended while starting: exit code 1, ")
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .hasMessageEndingWith("(" + directory.resolve("n1").resolve("node.log") + ")");
            assertThat(remains(directory)).isEmpty();
        }
    }
}

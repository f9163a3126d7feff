package dev.ordeal.nemesis.docker;

import dev.ordeal.nemesis.cluster.ClusterContract;
import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.OrdealRaft;
import dev.ordeal.nemesis.cluster.Scheduler;
import dev.ordeal.nemesis.cluster.SystemUnderTest;
import dev.ordeal.nemesis.fault.Fault;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.testcontainers.DockerClientFactory;

/// Runs where it is asked for (`-Pdocker`), and there fails without a Docker engine.
@Tag("docker")
final class DockerClusterIT extends ClusterContract {
    /// Tests run in their module's folder.
    private static final Path IMAGE = Path.of("../node/target/image").toAbsolutePath().normalize();

    @Override
    protected LiveCluster create(ClusterSpec spec, Scheduler scheduler) {
        return DockerCluster.create(spec, scheduler);
    }

    @Override
    protected Set<Fault.Trouble> troubles() {
        return EnumSet.of(Fault.Trouble.FLAPPING);
    }

    @Override
    protected boolean clocks() {
        return true;
    }

    @Override
    protected SystemUnderTest system() {
        return OrdealRaft.correct().withImageFolder(IMAGE);
    }

    @Override
    protected List<String> remains(Path directory) {
        return Belongings.of(DockerClientFactory.lazyClient(), directory);
    }

    @Override
    protected Class<?> tool() {
        return Tool.class;
    }

    static final class Tool {
        private Tool() {}

        public static void main(String[] args) {
            holdACluster(new DockerClusterIT(), Path.of(args[0]));
        }
    }
}

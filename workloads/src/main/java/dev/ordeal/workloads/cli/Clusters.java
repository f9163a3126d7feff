package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.docker.DockerCluster;
import dev.ordeal.nemesis.process.ProcessCluster;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// What `--cluster` means.
final class Clusters {
    private Clusters() {}

    /// @throws ParameterException that lists the kinds
    static ClusterKind kind(CommandLine command, String typed) {
        return Arrays.stream(ClusterKind.values())
                .filter(kind -> kind.toString().equals(typed))
                .findFirst()
                .orElseThrow(() ->
                        Choices.refusal(
                                command,
                                "there is no cluster \"" + typed + "\"",
                                Arrays.stream(ClusterKind.values())
                                        .map(ClusterKind::toString)
                                        .toList(),
                                typed));
    }

    static LiveCluster create(ClusterKind kind, ClusterSpec spec, EventLoop loop) {
        return switch (kind) {
            case PROCESS -> ProcessCluster.create(spec, loop);
            case DOCKER -> DockerCluster.create(spec, loop);
        };
    }
}
